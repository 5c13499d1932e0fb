import { useResource } from "../wire/resource";
import { OPTIONS, type Option, type Step, type UsedOptions } from "../wire/types";
import { Sheet } from "../ui/sheet";
import { useCost, useSpoken, useWords } from "../words/words";

export type Chosen = Partial<Record<Option, number>>;

type Props = { message: string; busy: boolean; onRerun: (options: Chosen) => void; onClose: () => void };

/** For prompt engineers: what an answer was made with and took, and the same again with other options. */
export function Making({ message, busy, onRerun, onClose }: Props) {
  const words = useWords();
  const path = `/v1/messages/${encodeURIComponent(message)}`;
  const { value: used, error } = useResource<UsedOptions>(`${path}/options`);
  const steps = useResource<{ steps: Step[] }>(`${path}/steps`).value?.steps ?? [];
  return (
    <Sheet title={words.making.title} side="end" wide onClose={onClose}>
      <div className="making">
        {error && <p className="soft">{words.making.none}</p>}
        {used && (
          <>
            <dl>
              <dt>{words.making.model}</dt>
              <dd>{used.model}</dd>
              <dt>{words.making.prompt}</dt>
              <dd>
                {used.prompt_name} {used.prompt_version}
              </dd>
            </dl>
            <h3>{words.making.steps}</h3>
            <Steps steps={steps} />
            <h3>{words.making.options}</h3>
            <Options used={used} busy={busy} onRerun={onRerun} />
            <h3>{words.making.prompt}</h3>
            <pre tabIndex={0}>{used.prompt}</pre>
          </>
        )}
      </div>
    </Sheet>
  );
}

function Steps({ steps }: { steps: Step[] }) {
  const { language, words } = useSpoken();
  const cost = useCost();
  const seconds = (value: number | null) =>
    value === null ? "–" : `${value.toLocaleString(language, { maximumFractionDigits: 2, minimumFractionDigits: 2 })} s`;
  const sum = (pick: (step: Step) => number) => steps.reduce((total, step) => total + pick(step), 0);
  const rows = [
    ...steps.map((step) => ({ name: String(step.step + 1), of: step, first: step.first_token_seconds })),
    {
      name: words.making.total,
      of: {
        input_tokens: sum((step) => step.input_tokens),
        output_tokens: sum((step) => step.output_tokens),
        cost_micros: sum((step) => step.cost_micros),
        seconds: sum((step) => step.seconds),
        finish_reason: null,
        estimated: steps.some((step) => step.estimated),
      },
      first: steps[0]?.first_token_seconds ?? null,
    },
  ];
  return (
    <div className="scroller" tabIndex={0} role="group" aria-label={words.making.steps}>
      <table>
        <thead>
          <tr>
            {[words.making.step, words.making.tokensIn, words.making.tokensOut, words.making.cost, words.making.first, words.making.time].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, of, first }) => (
            <tr key={name}>
              <th scope="row">
                {name} {of.finish_reason && <span className="soft">{of.finish_reason}</span>}
              </th>
              <td>{of.input_tokens.toLocaleString(language)}</td>
              <td>
                {of.output_tokens.toLocaleString(language)} {of.estimated && <span className="soft">{words.making.estimated}</span>}
              </td>
              <td>{cost(of.cost_micros)}</td>
              <td>{seconds(first)}</td>
              <td>{seconds(of.seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const BOUNDS: Record<Option, { min?: number; max?: number; step: number | "any" }> = {
  max_tokens: { min: 1, max: 32_768, step: 1 },
  temperature: { min: 0, max: 2, step: "any" },
  top_p: { min: 0, max: 1, step: "any" },
  frequency_penalty: { min: -2, max: 2, step: "any" },
  presence_penalty: { min: -2, max: 2, step: "any" },
  seed: { step: 1 },
};

function Options({ used, busy, onRerun }: { used: UsedOptions; busy: boolean; onRerun: Props["onRerun"] }) {
  const words = useWords();
  return (
    <form
      className="fields options"
      onSubmit={(event) => {
        event.preventDefault();
        const values = new FormData(event.currentTarget);
        const chosen = OPTIONS.flatMap((name) => {
          const text = String(values.get(name) ?? "");
          return text === "" ? [] : [[name, Number(text)]];
        });
        onRerun(Object.fromEntries(chosen) as Chosen);
      }}
    >
      {OPTIONS.map((name) => (
        <label key={name} className="field">
          <span>{words.making.optionNames[name]}</span>
          <input name={name} type="number" {...BOUNDS[name]} defaultValue={used[name] ?? ""} placeholder={words.making.nothingChosen} />
        </label>
      ))}
      <p className="soft">{words.making.rerunHint}</p>
      <button type="submit" className="primary" disabled={busy}>
        {words.making.rerun}
      </button>
    </form>
  );
}
