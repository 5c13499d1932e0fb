/** How `useChat` reaches the service: only the last message is sent, for the history is the service's own. */

import { DefaultChatTransport } from "ai";

import { asWhoIsHere } from "./request";
import type { Message } from "./types";

export function transport(store: () => string | null): DefaultChatTransport<Message> {
  return new DefaultChatTransport<Message>({
    api: "/api/chat",
    fetch: asWhoIsHere,
    headers: { "x-cartwright-reset-step": "1" },
    prepareSendMessagesRequest: ({ id, messages, trigger, messageId, body }) => ({
      body: { id, message: messages.at(-1), trigger, messageId, store: store() ?? undefined, ...body },
    }),
  });
}
