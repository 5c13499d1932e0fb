/** REST calls to the service. What it refuses is a Problem; what never reached it an Unreachable. */

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retry: boolean,
    /** Seconds, where the service says when. */
    readonly after: number | null = null,
  ) {
    super(detail);
  }
}

export class Unreachable extends Error {}

export type Call = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  version?: number | undefined;
  signal?: AbortSignal;
};

/** The reply's JSON, or undefined where there is none. Everything but GET carries an `Idempotency-Key` of its own. */
export async function request<Reply>(path: string, call: Call = {}): Promise<Reply> {
  const method = call.method ?? "GET";
  const headers = new Headers({ accept: "application/json" });
  if (call.body !== undefined) headers.set("content-type", "application/json");
  if (method !== "GET") headers.set("idempotency-key", newId());
  if (call.version !== undefined) headers.set("if-match", `"${call.version}"`);
  const body = call.body === undefined ? null : JSON.stringify(call.body);
  const response = await send(path, { method, headers, body, signal: call.signal ?? null });
  const text = await response.text();
  if (!response.ok) throw problem(response.status, text, response.headers.get("retry-after"));
  return (text ? JSON.parse(text) : undefined) as Reply;
}

/** Sent once more with the same key when the answer was lost: the service does nothing twice. */
async function send(path: string, init: RequestInit): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await asWhoIsHere(path, init);
    } catch (error) {
      if (init.signal?.aborted || attempt > 0) throw new Unreachable(String(error));
    }
  }
}

/** `fetch`, once more where somebody signed in meanwhile in another tab: the new cookie goes along then. */
export async function asWhoIsHere(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (response.status !== 401) return response;
  const replaced = problem(401, await response.clone().text()).code === "session-replaced";
  return replaced ? fetch(input, init) : response;
}

/** What a response with an error says, when it is a problem document. */
export function problem(status: number, text: string, retryAfter: string | null | undefined = null): Problem {
  const after = Number(retryAfter) || null;
  try {
    const told = JSON.parse(text) as { code?: string; detail?: string; title?: string; retry?: boolean };
    return new Problem(status, told.code ?? "unknown", told.detail ?? told.title ?? text, told.retry ?? false, after);
  } catch {
    return new Problem(status, "unknown", text, status >= 500);
  }
}

/** An id no one else has: time first, so that ids sort as they were made. */
export function newId(): string {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return Date.now().toString(36) + Array.from(random, (byte) => (byte % 36).toString(36)).join("");
}

/** A path on our own origin, "" where the url leads elsewhere.
 *
 * Rows carry the address the service is known by, which may be another name for it: what is below `place` is ours.
 */
export function local(url: string, place = "/"): string {
  try {
    const { pathname, search } = new URL(url, location.href);
    return pathname.startsWith(place) ? pathname + search : "";
  } catch {
    return "";
  }
}
