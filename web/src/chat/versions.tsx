import { IconButton } from "../ui/icon-button";
import { useWords } from "../words/words";

type Props = { ids: string[]; id: string; onShow: (id: string) => void };

/** Which of the messages in one place this is, and the way to its neighbours. */
export function Versions({ ids, id, onShow }: Props) {
  const words = useWords();
  const at = ids.indexOf(id);
  if (at < 0 || ids.length < 2) return null;
  const [before, after] = [ids[at - 1], ids[at + 1]];
  return (
    <span className="versions">
      <IconButton icon="left" label={words.message.previous} disabled={!before} onClick={() => before && onShow(before)} />
      <span>{words.message.version(at + 1, ids.length)}</span>
      <IconButton icon="right" label={words.message.next} disabled={!after} onClick={() => after && onShow(after)} />
    </span>
  );
}
