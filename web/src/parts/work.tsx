import { Icon } from "../ui/icons";
import { useWords } from "../words/words";
import { isTool, type WorkPart } from "./blocks";

/** What the assistant thought and did, in words, folded; while it is at it, what it is doing now. */
export function Work({ parts, live }: { parts: WorkPart[]; live: boolean }) {
  const words = useWords();
  const tools = parts.filter(isTool);
  const last = tools.at(-1);
  const summary = live
    ? last && !over(last.state)
      ? toolWords(words, last.type).doing
      : words.work.working
    : tools.length > 1
      ? `${toolWords(words, tools[0]!.type).done} · ${words.work.steps(tools.length)}`
      : last
        ? toolWords(words, last.type).done
        : words.work.thought;
  return (
    <details className="work">
      <summary>
        <span className={live ? "spinner" : "dot"} aria-hidden="true" />
        {summary}
      </summary>
      <ul>
        {parts.map((part, at) =>
          isTool(part) ? (
            <li key={part.toolCallId}>
              <ToolLine part={part} />
            </li>
          ) : (
            <li key={at} className="thought">
              {part.type === "reasoning" && part.text}
            </li>
          ),
        )}
      </ul>
    </details>
  );
}

function over(state: string): boolean {
  return state.startsWith("output");
}

function toolWords(words: ReturnType<typeof useWords>, type: string): { doing: string; done: string } {
  const name = type.slice("tool-".length);
  return words.work.tools[name] ?? words.work.unknown(name);
}

function ToolLine({ part }: { part: Extract<WorkPart, { type: `tool-${string}` }> }) {
  const words = useWords();
  const { doing, done } = toolWords(words, part.type);
  const about = subject(part.input);
  switch (part.state) {
    case "output-available":
      return (
        <>
          <Icon name="check" /> {done}
          {about}
        </>
      );
    case "output-error":
      return (
        <>
          <Icon name="close" /> {doing}
          {about} – {words.work.refused(part.errorText)}
        </>
      );
    case "output-denied":
      return (
        <>
          <Icon name="close" /> {doing} – {words.work.declined}
        </>
      );
    case "approval-requested":
    case "approval-responded":
      return (
        <>
          <Icon name="alert" /> {doing} – {words.work.waits}
        </>
      );
    case "input-streaming":
    case "input-available":
      return (
        <>
          <span className="spinner" aria-hidden="true" /> {doing}
          {about}
        </>
      );
  }
}

/** What a call is about, where its input says so in words. */
function subject(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  for (const key of ["query", "question", "order"] as const) {
    const value = (input as Record<string, unknown>)[key];
    if (typeof value === "string" && value) return ` “${value}”`;
  }
  return "";
}
