import { useCallback, useSyncExternalStore } from "react";

const PREFIX = "cartwright.";
const readers = new Set<() => void>();

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  window.addEventListener("storage", reader);
  return () => {
    readers.delete(reader);
    window.removeEventListener("storage", reader);
  };
}

/** Read what is kept under `key`; a browser that keeps nothing gives null. */
export function stored(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Private windows and full disks keep nothing; the page works without.
  }
  for (const reader of readers) reader();
}

/** A choice that this browser remembers, the same in all tabs. */
export function useStored<Value extends string | null>(key: string, initial: Value): [Value, (value: Value) => void] {
  const value = useSyncExternalStore(subscribe, () => (stored(key) as Value | null) ?? initial);
  const set = useCallback((next: Value) => keep(key, next), [key]);
  return [value, set];
}
