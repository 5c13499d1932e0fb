import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { useDraft } from "../hooks/use-draft";
import { nothingYet, readHistory, refusal, type Sent, useLiveChat } from "../hooks/use-live-chat";
import { isFresh } from "../hooks/use-place";
import { useStickToEnd } from "../hooks/use-stick-to-end";
import { type Chosen, Making } from "./making";
import { ErrorNote } from "../ui/error-note";
import { IconButton } from "../ui/icon-button";
import { useToast } from "../ui/toast";
import type { History } from "../wire/types";
import { useWords } from "../words/words";
import { Composer } from "./composer";
import { ConnectionNote } from "./connection-note";
import { Message, type MessageDoing } from "./message";
import { Versus } from "./versus";
import { Welcome } from "./welcome";

type Props = {
  id: string;
  store: string;
  onStore: (slug: string) => void;
  onCart: () => void;
  /** What another part of the page wants to be said here; `at` tells two alike apart. */
  wish: { text: string; at: number } | null;
  /** Whether the reader makes prompts, and may see how an answer was made. */
  engineer: boolean;
};

/** A chat: read from the service first, then live. */
export function Chat(props: Props) {
  const words = useWords();
  const [first, setFirst] = useState<History | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const load = useCallback(() => {
    setError(null);
    if (isFresh(props.id)) setFirst(nothingYet(props.id));
    else readHistory(props.id).then(setFirst, setError);
  }, [props.id]);
  useEffect(load, [load]);
  if (error) {
    return (
      <main className="chat" id="chat">
        <ErrorNote text={`${words.chat.gone} ${error.message}`} onRetry={load} />
      </main>
    );
  }
  return first ? <Live {...props} first={first} /> : <main className="chat" id="chat" aria-busy="true" />;
}

function Live({ id, store, onStore, onCart, wish, engineer, first }: Props & { first: History }) {
  const words = useWords();
  const toast = useToast();
  const storeNow = useRef(store);
  storeNow.current = store;
  const live = useLiveChat(id, first, () => storeNow.current || null);
  const { messages, status, error, branches, connection } = live;
  const [draft, setDraft] = useDraft(id);
  const [focus, setFocus] = useState(0);
  const [comparing, setComparing] = useState<string | null>(null);
  const [detailed, setDetailed] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const { away, toEnd } = useStickToEnd(list, messages);
  const answering = status === "submitted" || status === "streaming";

  const send = (sent: Sent) => {
    live.send(sent);
    toEnd();
  };
  const wished = useRef(wish?.at ?? 0);
  useEffect(() => {
    if (!wish || wish.at === wished.current) return;
    wished.current = wish.at;
    send({ text: wish.text, files: [] });
  });

  const latest = useRef(live);
  latest.current = live;
  const doing = useMemo<MessageDoing>(() => {
    const failing = (act: Promise<unknown>) => void act.catch((reason: Error) => toast(reason.message));
    return {
      onDecide: (action, verdict) => latest.current.decide(action, verdict),
      onRetry: () => failing(latest.current.regenerate()),
      onWrite: (text) => {
        setDraft(text);
        setFocus((before) => before + 1);
      },
      onCart,
      onShow: (message) => failing(latest.current.show(message)),
      onEdit: (message, text) => latest.current.send({ text, files: [] }, message),
      onAgain: (message) => failing(latest.current.regenerate({ messageId: message })),
      onCompare: setComparing,
      onDetails: engineer ? setDetailed : null,
    };
  }, [toast, setDraft, onCart, engineer]);

  async function rerun(message: string, options: Chosen) {
    setDetailed(null);
    await live.regenerate({ messageId: message, body: { ai_options: options } });
    const made = (await readHistory(id)).messages.findLast((one) => one.role === "assistant");
    if (made) setComparing(made.id);
  }

  const told = error && connection !== "lost" && !failedInPart(messages.at(-1)?.parts) ? refusal(error) : null;
  return (
    <main className="chat" id="chat" tabIndex={-1}>
      <div className="messages" ref={list} role="log" aria-label={words.chat.log} aria-busy={answering} tabIndex={0}>
        <div className="column">
          {messages.length === 0 && <Welcome store={store} onStore={onStore} onAsk={(text) => send({ text, files: [] })} />}
          {messages.map((message, at) => (
            <Message
              key={message.id}
              message={message}
              live={answering && at === messages.length - 1 && message.role === "assistant"}
              idle={!answering}
              versions={branches[message.id] ?? NONE}
              vote={first.feedback[message.id] ?? null}
              doing={doing}
            />
          ))}
          {status === "submitted" && (
            <p className="soft thinking">
              <span className="spinner" aria-hidden="true" /> {words.work.working}
            </p>
          )}
          {told && (
            <ErrorNote
              text={[
                told.code === "run-in-progress" ? words.chat.busy : told.message || words.app.failed,
                told.after && words.app.after(told.after),
              ]
                .filter(Boolean)
                .join(" ")}
              onRetry={told.retry || told.status >= 500 || told.code === "run-in-progress" ? () => void live.catchUp() : undefined}
            />
          )}
        </div>
      </div>
      <div className="foot column">
        {away && messages.length > 0 && <IconButton className="to-end" icon="below" label={words.chat.latest} onClick={toEnd} />}
        <ConnectionNote connection={connection} />
        <Composer
          draft={draft}
          onDraft={setDraft}
          answering={answering}
          onSend={send}
          onStop={() => void live.stop()}
          focus={focus}
        />
      </div>
      <p className="hidden" role="status">
        {answering ? words.chat.answering : messages.length ? words.chat.answered : ""}
      </p>
      {comparing && (
        <Versus
          ids={branches[comparing] ?? [comparing]}
          shown={comparing}
          usage={engineer}
          onShow={(message) => {
            doing.onShow(message);
            setComparing(null);
          }}
          onClose={() => setComparing(null)}
        />
      )}
      {detailed && (
        <Making
          message={detailed}
          busy={answering}
          onRerun={(options) => void rerun(detailed, options)}
          onClose={() => setDetailed(null)}
        />
      )}
    </main>
  );
}

const NONE: string[] = [];

function failedInPart(parts: { type: string }[] | undefined): boolean {
  return parts?.some((part) => part.type === "data-error") ?? false;
}
