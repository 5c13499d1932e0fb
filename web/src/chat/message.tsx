import { memo, useState } from "react";

import { File } from "../parts/file";
import { text } from "../parts/blocks";
import { IconButton } from "../ui/icon-button";
import { useToast } from "../ui/toast";
import type { Message as Told, Vote } from "../wire/types";
import { useWords } from "../words/words";
import { Answer, type Doing } from "./answer";
import { Feedback } from "./feedback";
import { Versions } from "./versions";

export type MessageDoing = Doing & {
  onShow: (message: string) => void;
  onEdit: (message: string, text: string) => void;
  onAgain: (message: string) => void;
  onCompare: (message: string) => void;
  onDetails: ((message: string) => void) | null;
};

type Props = { message: Told; live: boolean; idle: boolean; versions: string[]; vote: Vote | null; doing: MessageDoing };

/** One message and what may be done with it. */
export const Message = memo(function Message(props: Props) {
  const words = useWords();
  return (
    <article className={`message ${props.message.role}`} aria-label={props.message.role === "user" ? words.chat.you : words.chat.assistant}>
      {props.message.role === "user" ? <Question {...props} /> : <Reply {...props} />}
    </article>
  );
});

function Question({ message, idle, versions, doing }: Props) {
  const words = useWords();
  const [editing, setEditing] = useState(false);
  const said = text(message.parts);
  if (editing) {
    return (
      <form
        className="editor"
        onSubmit={(event) => {
          event.preventDefault();
          const field = event.currentTarget.elements.namedItem("text") as HTMLTextAreaElement;
          setEditing(false);
          if (field.value.trim() && field.value !== said) doing.onEdit(message.id, field.value);
        }}
        onKeyDown={(event) => event.key === "Escape" && setEditing(false)}
      >
        <textarea name="text" aria-label={words.message.editLabel} defaultValue={said} rows={3} maxLength={16_000} autoFocus />
        <div>
          <button type="button" onClick={() => setEditing(false)}>
            {words.message.cancel}
          </button>
          <button type="submit" className="primary">
            {words.message.send}
          </button>
        </div>
      </form>
    );
  }
  return (
    <>
      <div className="bubble">
        {message.parts.map((part, at) => {
          if (part.type === "text") return <p key={at}>{part.text}</p>;
          return part.type === "file" ? <File key={at} part={part} /> : null;
        })}
      </div>
      <div className="message-tools">
        <Versions ids={versions} id={message.id} onShow={doing.onShow} />
        <IconButton icon="edit" label={words.message.edit} disabled={!idle} onClick={() => setEditing(true)} />
      </div>
    </>
  );
}

function Reply({ message, live, idle, versions, vote, doing }: Props) {
  const words = useWords();
  const toast = useToast();
  async function copy() {
    await navigator.clipboard.writeText(text(message.parts));
    toast(words.message.copied);
  }
  return (
    <>
      <Answer message={message} live={live} doing={doing} />
      {!live && (
        <div className="message-tools">
          <Versions ids={versions} id={message.id} onShow={doing.onShow} />
          {versions.length > 1 && (
            <IconButton icon="columns" label={words.message.compare} onClick={() => doing.onCompare(message.id)} />
          )}
          <IconButton icon="copy" label={words.message.copy} onClick={() => void copy()} />
          <IconButton icon="again" label={words.message.regenerate} disabled={!idle} onClick={() => doing.onAgain(message.id)} />
          <Feedback message={message.id} before={vote} />
          {doing.onDetails && (
            <IconButton icon="gauge" label={words.message.details} onClick={() => doing.onDetails?.(message.id)} />
          )}
        </div>
      )}
    </>
  );
}
