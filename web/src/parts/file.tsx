import type { FileUIPart } from "ai";

import { Icon } from "../ui/icons";
import { useWords } from "../words/words";

/** A file somebody sent: pictures that came with the message are shown, the rest is named. */
export function File({ part }: { part: FileUIPart }) {
  const words = useWords();
  const name = part.filename ?? words.message.file;
  if (part.mediaType.startsWith("image/") && part.url.startsWith("data:image/")) {
    return <img className="sent-picture" src={part.url} alt={name} />;
  }
  return (
    <span className="sent-file">
      <Icon name="clip" /> {name}
    </span>
  );
}
