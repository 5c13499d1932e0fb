import { useChat } from "@ai-sdk/react";
import type { FileUIPart } from "ai";
import { useCallback, useEffect, useRef, useState } from "react";

import { listen, tell, tellOthers } from "../wire/news";
import { newId, Problem, problem, request } from "../wire/request";
import { transport } from "../wire/transport";
import type { Action, History, Message } from "../wire/types";

export type Connection = "up" | "lost" | "caught-up";

export type Sent = { text: string; files: FileUIPart[] };

const LONGEST_WAIT = 15_000;
const SHOWN_FOR = 4_000;

/** The history of a chat in which nothing was said. */
export function nothingYet(id: string): History {
  return { id, title: "", messages: [], branches: {}, feedback: {} };
}

/** The chat as the service has it. */
export async function readHistory(id: string): Promise<History> {
  try {
    return await request<History>(`/api/chat/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return nothingYet(id);
    throw error;
  }
}

/** A chat that is being read and written: `useChat`, and what it leaves to the application. */
export function useLiveChat(id: string, first: History, store: () => string | null) {
  const [connection, setConnection] = useState<Connection>("up");
  const [branches, setBranches] = useState(first.branches);
  const catching = useRef(false);
  const missed = useRef(false);

  const [sender] = useState(() => transport(store));
  const chat = useChat<Message>({
    id,
    messages: first.messages,
    transport: sender,
    resume: true,
    throttle: 50,
    generateId: newId,
    onData: (part) => {
      if (part.type === "data-cart" || part.type === "data-order") tell({ about: "carts" });
    },
    onFinish: ({ isDisconnect }) => {
      if (isDisconnect) setConnection("lost");
      else void settle();
    },
    onError: (error) => {
      if (error instanceof TypeError) setConnection("lost");
    },
  });
  const { setMessages, status, sendMessage, regenerate, resumeStream, clearError } = chat;

  /** The messages as they are; what is rendered may be some milliseconds behind. */
  const now = useCallback((): Message[] => {
    let found: Message[] = [];
    setMessages((current) => {
      found = current;
      return current;
    });
    return found;
  }, [setMessages]);

  /** What an answer may have changed is read again, here and in other tabs. */
  async function settle(): Promise<void> {
    tell({ about: "chats" });
    tell({ about: "carts" });
    tellOthers({ about: "chat", id });
    try {
      setBranches((await readHistory(id)).branches);
    } catch {
      // The next answer brings them.
    }
  }

  const read = useCallback(async (): Promise<void> => {
    const found = await readHistory(id);
    setBranches(found.branches);
    const mine = now().at(-1);
    if (mine?.role === "user" && !found.messages.some((message) => message.id === mine.id)) {
      // Our message never got there. The same id again is the same message, should it be on its way after all.
      setMessages([...found.messages, mine]);
      await sendMessage({ parts: mine.parts, messageId: mine.id } as Parameters<typeof sendMessage>[0]);
      return;
    }
    clearError();
    setMessages(found.messages);
    await resumeStream();
    const after = await readHistory(id);
    setBranches(after.branches);
    if (after.messages.length > now().length) setMessages(after.messages);
  }, [id, now, setMessages, sendMessage, resumeStream, clearError]);

  /** Show what the service has, and follow what it is making. Throws when it cannot be reached. */
  const catchUp = useCallback(async (): Promise<void> => {
    if (catching.current) {
      // What is being read may be older than what this is about.
      missed.current = true;
      return;
    }
    catching.current = true;
    try {
      do {
        missed.current = false;
        await read();
      } while (missed.current);
    } finally {
      catching.current = false;
    }
  }, [read]);

  useEffect(() => {
    if (connection === "caught-up") {
      const timer = setTimeout(() => setConnection("up"), SHOWN_FOR);
      return () => clearTimeout(timer);
    }
    if (connection !== "lost") return;
    let wait = 500;
    let timer = setTimeout(attempt, wait);
    async function attempt(): Promise<void> {
      clearTimeout(timer);
      try {
        await request("/healthz");
        setConnection("caught-up");
        await catchUp();
      } catch {
        wait = Math.min(wait * 2, LONGEST_WAIT);
        timer = setTimeout(attempt, wait);
      }
    }
    const now = () => void attempt();
    window.addEventListener("online", now);
    window.addEventListener("cartwright:connect", now);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", now);
      window.removeEventListener("cartwright:connect", now);
    };
  }, [connection, catchUp]);

  useEffect(() => {
    const idle = status === "ready" || status === "error";
    const again = () => {
      if (idle) catchUp().catch(() => setConnection("lost"));
      else missed.current = true;
    };
    if (idle && missed.current) again();
    const seen = () => {
      if (idle && document.visibilityState === "visible") again();
    };
    document.addEventListener("visibilitychange", seen);
    const stop = listen((news, fromHere) => {
      if (!fromHere && news.about === "chat" && news.id === id) again();
    });
    return () => {
      document.removeEventListener("visibilitychange", seen);
      stop();
    };
  }, [id, status, catchUp]);

  const send = useCallback(
    ({ text, files }: Sent, messageId?: string) => {
      tellOthers({ about: "chat", id });
      void sendMessage({ text, files, ...(messageId !== undefined && { messageId }) });
    },
    [id, sendMessage],
  );

  /** In whichever process it is made; the stream then tells how it ended. */
  const stop = useCallback(async () => {
    try {
      await request(`/api/chat/${encodeURIComponent(id)}/stop`, { method: "POST" });
    } catch {
      await chat.stop();
    }
  }, [id, chat.stop]);

  /** Go on with another version of a message. */
  const show = useCallback(
    async (message: string) => {
      await request(`/v1/messages/${encodeURIComponent(message)}/show`, { method: "POST" });
      const found = await readHistory(id);
      setBranches(found.branches);
      setMessages(found.messages);
      tellOthers({ about: "chat", id });
    },
    [id, setMessages],
  );

  /** Say yes or no to an action. Returns the sentence of a refusal; what became of it is read with the messages. */
  const decide = useCallback(
    async (action: string, verdict: "confirm" | "reject"): Promise<string | null> => {
      let refusal: string | null = null;
      try {
        await request<Action>(`/v1/actions/${action}/${verdict}`, {
          method: "POST",
          ...(verdict === "reject" && { body: {} }),
        });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refusal = error.message;
      }
      await catchUp();
      await settle();
      return refusal;
    },
    // eslint-disable-next-line -- settle reads nothing that changes
    [catchUp],
  );

  return { ...chat, connection, branches, send, stop, show, decide, regenerate, catchUp };
}

export type LiveChat = ReturnType<typeof useLiveChat>;

/** What went wrong before a stream began: `useChat` gives the response's body as the error's message. */
export function refusal(error: Error): Problem {
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  const headers = "responseHeaders" in error ? (error.responseHeaders as Record<string, string> | undefined) : undefined;
  return problem(status, error.message, headers?.["retry-after"]);
}
