import { useCallback, useSyncExternalStore } from "react";

import { newId } from "../wire/request";

const AT = "#/chat/";
const fresh = new Set<string>();

/** Whether this page made the chat up, so that the service cannot know it yet. */
export function isFresh(chat: string): boolean {
  return fresh.has(chat);
}

function freshId(): string {
  const id = newId();
  fresh.add(id);
  return id;
}

function subscribe(moved: () => void): () => void {
  window.addEventListener("hashchange", moved);
  return () => window.removeEventListener("hashchange", moved);
}

/** The chat in the address; where none is, a new one gets its place there. */
function place(): string {
  if (location.hash.startsWith(AT)) return decodeURIComponent(location.hash.slice(AT.length));
  const id = freshId();
  history.replaceState(null, "", AT + id);
  return id;
}

/** The chat shown, and how to go to another one; without a name to a new one. */
export function usePlace(): [string, (chat?: string) => void] {
  const chat = useSyncExternalStore(subscribe, place);
  const go = useCallback((to = freshId()) => {
    location.hash = AT + encodeURIComponent(to);
  }, []);
  return [chat, go];
}
