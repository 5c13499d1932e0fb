import { local } from "../wire/request";
import { useWords } from "../words/words";
import type { SourcePart } from "./blocks";

/** The pages an answer rests on. */
export function Sources({ sources }: { sources: SourcePart[] }) {
  const words = useWords();
  if (!sources.length) return null;
  return (
    <details className="sources">
      <summary>{words.message.sources(sources.length)}</summary>
      <ol>
        {sources.map((source) => (
          <li key={source.sourceId}>
            {source.type === "source-url" ? (
              <a href={local(source.url)} target="_blank" rel="noopener">
                {source.title ?? source.url}
              </a>
            ) : (
              source.title
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
