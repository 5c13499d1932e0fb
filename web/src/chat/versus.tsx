import { Sheet } from "../ui/sheet";
import { useResource } from "../wire/resource";
import type { Message } from "../wire/types";
import { useCost, useSpoken, useWords } from "../words/words";
import { Answer, type Doing } from "./answer";

type Props = { ids: string[]; shown: string; usage: boolean; onShow: (id: string) => void; onClose: () => void };

/** Answers to the same question, side by side. */
export function Versus({ ids, shown, usage, onShow, onClose }: Props) {
  const words = useWords();
  return (
    <Sheet title={words.message.compareTitle} side="middle" wide onClose={onClose}>
      <div className="versus">
        {ids.map((id, at) => (
          <section key={id} aria-label={words.message.version(at + 1, ids.length)}>
            <header>
              <h3>{words.message.version(at + 1, ids.length)}</h3>
              {id === shown ? (
                <span className="soft">{words.message.shown}</span>
              ) : (
                <button type="button" onClick={() => onShow(id)}>
                  {words.message.show}
                </button>
              )}
            </header>
            <Version id={id} usage={usage} />
          </section>
        ))}
      </div>
    </Sheet>
  );
}

const STILL: Doing = { onDecide: async () => null, onRetry: () => {}, onWrite: () => {}, onCart: () => {} };

function Version({ id, usage }: { id: string; usage: boolean }) {
  const { language, words } = useSpoken();
  const cost = useCost();
  const { value, error } = useResource<Message>(`/v1/messages/${encodeURIComponent(id)}`);
  if (error) return <p className="soft">{error.message}</p>;
  if (!value) return <p className="soft">{words.app.loading}</p>;
  const used = value.metadata?.usage;
  return (
    <>
      {usage && used && (
        <p className="soft">
          {value.metadata?.model}:{" "}
          {words.making.used(
            used.inputTokens.toLocaleString(language),
            used.outputTokens.toLocaleString(language),
            cost(used.costMicros),
          )}
        </p>
      )}
      <div className="message assistant" inert>
        <Answer message={value} live={false} doing={STILL} />
      </div>
    </>
  );
}
