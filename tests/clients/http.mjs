// A browser's side of fetch for Node: a cookie jar, a log of requests, and a way to cut a response in the middle.

export class Http {
  #cookies = new Map();
  #cut = new Set();

  constructor(calls) {
    this.calls = calls;
  }

  fetch = async (url, init = {}) => {
    const headers = new Headers(init.headers);
    if (this.#cookies.size) headers.set('cookie', [...this.#cookies].map(([k, v]) => `${k}=${v}`).join('; '));
    const response = await fetch(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    this.calls.push({ hook: 'fetch', method: init.method ?? 'GET', path: new URL(url).pathname, status: response.status });
    if (!response.body) return response;
    return new Response(this.#cuttable(response.body), { status: response.status, headers: response.headers });
  };

  // What a browser reports when the connection breaks under it.
  cut() {
    for (const cut of this.#cut) cut(new TypeError('network error'));
    this.#cut.clear();
  }

  #keep(line) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    if (value === '' || /max-age=0(;|$)/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  #cuttable(body) {
    const reader = body.getReader();
    const cuts = this.#cut;
    let stop;
    return new ReadableStream({
      start(controller) {
        stop = error => {
          controller.error(error);
          reader.cancel().catch(() => {});
        };
        cuts.add(stop);
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (!cuts.has(stop)) return;
        if (!done) return controller.enqueue(value);
        cuts.delete(stop);
        controller.close();
      },
      cancel(reason) {
        cuts.delete(stop);
        return reader.cancel(reason);
      },
    });
  }
}
