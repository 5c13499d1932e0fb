/** A model on loopback that says what a test tells it to, and waits where the test wants it to. */

import { createServer } from "node:http";
import { once } from "node:events";

/** Words are told one by one; `HOLD` waits for `release()`. */
export const HOLD = Symbol("hold");

export class Model {
  static async open() {
    const model = new Model();
    model.script = [];
    model.asked = 0;
    model.holding = [];
    model.server = createServer((request, response) => void model.#answer(request, response)).listen(0, "127.0.0.1");
    await once(model.server, "listening");
    return model;
  }

  /** The settings of a server that is to ask this model. */
  get env() {
    return {
      CARTWRIGHT_MODEL: "openai/scripted",
      CARTWRIGHT_MODEL_API_KEY: "sk-scripted-0123456789",
      CARTWRIGHT_MODEL_API_BASE: `http://127.0.0.1:${this.server.address().port}/v1`,
    };
  }

  /** What the next answers are, each a list of pieces; the last one is said again and again. */
  says(...answers) {
    this.script = answers;
  }

  release() {
    for (const go of this.holding.splice(0)) go();
  }

  async #answer(request, response) {
    for await (const _ of request);
    this.asked++;
    const pieces = this.script.length > 1 ? this.script.shift() : this.script[0];
    if (pieces === null) return response.writeHead(401).end('{"error": {"message": "no such key", "code": "invalid_api_key"}}');
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (choice, more = {}) =>
      response.write(`data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "scripted", choices: [{ index: 0, ...choice }], ...more })}\n\n`);
    for (const piece of pieces) {
      if (piece === HOLD) await new Promise((go) => this.holding.push(go));
      else send({ delta: { content: piece }, finish_reason: null });
    }
    send({ delta: {}, finish_reason: "stop" }, { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
    response.end("data: [DONE]\n\n");
  }

  async close() {
    this.release();
    this.server.closeAllConnections();
    this.server.close();
  }
}
