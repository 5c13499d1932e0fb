/** What was read from the service, shared by whoever shows it, and read again when it is said to have changed. */

import { useCallback, useEffect, useSyncExternalStore } from "react";

import { request } from "./request";

type Entry = { value: unknown; error: Error | null; readers: Set<() => void>; loading: boolean; again: boolean };
export type Seen<Value> = { value: Value | undefined; error: Error | null };

const entries = new Map<string, Entry>();
const seen = new WeakMap<Entry, Seen<unknown>>();

function entry(path: string): Entry {
  const found = entries.get(path) ?? { value: undefined, error: null, readers: new Set(), loading: false, again: false };
  entries.set(path, found);
  return found;
}

function changed(of: Entry): void {
  seen.set(of, { value: of.value, error: of.error });
  for (const reader of of.readers) reader();
}

async function load(path: string): Promise<void> {
  const of = entry(path);
  if (of.loading) {
    of.again = true;
    return;
  }
  of.loading = true;
  try {
    of.value = await request(path);
    of.error = null;
  } catch (error) {
    of.error = error as Error;
  }
  of.loading = false;
  changed(of);
  if (of.again) {
    of.again = false;
    await load(path);
  }
}

/** Read again all that begins with `prefix`; what nobody shows is forgotten. */
export function refresh(prefix: string): void {
  for (const [path, of] of entries) {
    if (!path.startsWith(prefix)) continue;
    if (of.readers.size) void load(path);
    else entries.delete(path);
  }
}

/** Put in what a change has answered, without asking again. */
export function put<Value>(path: string, change: (before: Value | undefined) => Value): void {
  const of = entry(path);
  of.value = change(of.value as Value | undefined);
  of.error = null;
  changed(of);
}

/** What the service says at `path`; null reads nothing. */
export function useResource<Value>(path: string | null): Seen<Value> {
  const subscribe = useCallback(
    (reader: () => void) => {
      if (path === null) return () => {};
      const of = entry(path);
      of.readers.add(reader);
      return () => of.readers.delete(reader);
    },
    [path],
  );
  const snapshot = useCallback((): Seen<unknown> => (path !== null && seen.get(entry(path))) || NOTHING, [path]);
  useEffect(() => {
    if (path !== null && entry(path).value === undefined) void load(path);
  }, [path]);
  return useSyncExternalStore(subscribe, snapshot) as Seen<Value>;
}

const NOTHING: Seen<unknown> = { value: undefined, error: null };
