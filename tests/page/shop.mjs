/** A server of its own for each file of tests: the real program, its own data folder, the sample catalogue. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const PYTHON = join(ROOT, ".venv/bin/python");

const SQL = `
import asyncio, sys
from storage.database import connect
from storage.settings import StorageSettings
from storage.start import ready

async def main():
    async with ready(StorageSettings()) as url:
        conn = await connect(url)
        await conn.execute(sys.argv[1])
        await conn.close()

asyncio.run(main())
`;

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

export class Shop {
  /** `env`: settings besides; `load`: catalogues to load besides the sample, `[file, store]`. */
  static async open({ env = {}, load = [] } = {}) {
    const shop = new Shop();
    shop.folder = mkdtempSync(join(tmpdir(), "cartwright-page-"));
    shop.port = await freePort();
    shop.url = `http://127.0.0.1:${shop.port}`;
    shop.env = { ...process.env, CARTWRIGHT_DATA: shop.folder, CARTWRIGHT_PORT: String(shop.port), ...env };
    shop.storage("sample");
    for (const [file, store] of load) shop.storage("load", file, "--store", store);
    await shop.start();
    return shop;
  }

  /** `python -m storage ...` */
  storage(...args) {
    const done = spawnSync(PYTHON, ["-m", "storage", ...args], { cwd: ROOT, env: this.env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`storage ${args.join(" ")}: ${done.stderr}`);
  }

  /** One statement in its database. */
  sql(statement) {
    const done = spawnSync(PYTHON, ["-c", SQL, statement], { cwd: ROOT, env: this.env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
  }

  async start() {
    this.process = spawn(PYTHON, ["server.py"], { cwd: ROOT, env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    process.once("exit", () => this.process.kill("SIGTERM"));
    let said = "";
    const ready = new Promise((resolve, reject) => {
      this.process.stdout.on("data", (text) => (said += text).includes(this.url) && resolve());
      this.process.stderr.on("data", (text) => (said += text));
      this.process.on("exit", (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
    });
    this.said = () => said;
    await ready;
  }

  async end(signal) {
    const gone = once(this.process, "exit");
    this.process.kill(signal);
    await gone;
  }

  async close() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
