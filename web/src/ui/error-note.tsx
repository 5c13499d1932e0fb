import { useWords } from "../words/words";
import { Icon } from "./icons";

type Props = { text: string; onRetry?: (() => void) | undefined };

/** What went wrong, and a way to try again where that makes sense. */
export function ErrorNote({ text, onRetry }: Props) {
  const words = useWords();
  return (
    <div className="note error" role="alert">
      <Icon name="alert" />
      <p>{text}</p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {words.app.again}
        </button>
      )}
    </div>
  );
}
