/** The OpenID Connect provider of the Python tests, in Google's place. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

export class Google {
  static async open() {
    const google = new Google();
    const python = join(ROOT, ".venv/bin/python");
    google.process = spawn(python, ["-m", "tests.support.oidc"], { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
    const [said] = await once(google.process.stdout, "data");
    google.told = JSON.parse(said);
    return google;
  }

  get url() {
    return this.told.url;
  }

  /** The settings of a server whose people sign in here. */
  get env() {
    return {
      CARTWRIGHT_GOOGLE_ISSUER: this.told.url,
      CARTWRIGHT_GOOGLE_CLIENT_ID: this.told.client,
      CARTWRIGHT_GOOGLE_CLIENT_SECRET: this.told.secret,
    };
  }

  async close() {
    const gone = once(this.process, "exit");
    this.process.stdin.end();
    await gone;
  }
}
