import type { FileUIPart } from "ai";
import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";

import type { Sent } from "../hooks/use-live-chat";
import { Icon } from "../ui/icons";
import { IconButton } from "../ui/icon-button";
import { useToast } from "../ui/toast";
import { useWords } from "../words/words";
import { MOST_FILES, readFiles, TooLarge } from "./files";

const LONGEST = 16_000;

type Props = {
  draft: string;
  onDraft: (text: string) => void;
  answering: boolean;
  onSend: (sent: Sent) => void;
  onStop: () => void;
  focus: number;
};

/** Where a message is written, with pictures and files. A change of `focus` puts the cursor here. */
export function Composer({ draft, onDraft, answering, onSend, onStop, focus }: Props) {
  const words = useWords();
  const toast = useToast();
  const [files, setFiles] = useState<FileUIPart[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [draft]);

  useEffect(() => {
    const area = field.current;
    if (!area || focus === 0) return;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }, [focus]);

  async function attach(chosen: Iterable<File>) {
    try {
      const read = await readFiles(chosen, files);
      if (files.length + read.length > MOST_FILES) toast(words.chat.tooMany);
      setFiles((before) => [...before, ...read].slice(0, MOST_FILES));
    } catch (error) {
      toast(error instanceof TooLarge ? words.chat.tooLarge : words.app.failed);
    }
  }

  function submit(event?: FormEvent) {
    event?.preventDefault();
    const text = draft.trim();
    if (answering || (!text && !files.length)) return;
    onSend({ text, files });
    onDraft("");
    setFiles([]);
  }

  function key(event: KeyboardEvent) {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    }
  }

  function paste(event: ClipboardEvent) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    void attach(event.clipboardData.files);
  }

  return (
    <form
      className="composer"
      onSubmit={submit}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void attach(event.dataTransfer.files);
      }}
    >
      {files.length > 0 && (
        <ul className="attached">
          {files.map((file, at) => (
            <li key={at} title={file.mediaType.startsWith("image/") ? "" : words.chat.notSeen}>
              {file.mediaType.startsWith("image/") ? <img src={file.url} alt="" /> : <Icon name="clip" />}
              <span>{file.filename}</span>
              <IconButton
                icon="close"
                label={words.chat.remove(file.filename ?? words.message.file)}
                onClick={() => setFiles((before) => before.filter((_, index) => index !== at))}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="line">
        <IconButton icon="clip" label={words.chat.attach} onClick={() => picker.current?.click()} />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            void attach(Array.from(event.target.files ?? []));
            event.target.value = "";
          }}
        />
        <textarea
          ref={field}
          rows={1}
          value={draft}
          maxLength={LONGEST}
          aria-label={words.chat.message}
          placeholder={words.chat.placeholder}
          title={words.chat.hint}
          onChange={(event) => onDraft(event.target.value)}
          onKeyDown={key}
          onPaste={paste}
        />
        {answering ? (
          <IconButton className="primary round" icon="stop" label={words.chat.stop} onClick={onStop} />
        ) : (
          <IconButton
            className="primary round"
            type="submit"
            icon="send"
            label={words.chat.send}
            disabled={!draft.trim() && !files.length}
          />
        )}
      </div>
    </form>
  );
}
