/** Debian's Chromium, and a page that watches itself: no foreign request, no error, no breach of the policy. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { chromium } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const SKIP = existsSync(CHROMIUM) ? false : `there is no ${CHROMIUM} (apt-get install chromium)`;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** A shopper: a browser context of their own. `quiet`: failures of requests are part of the test; `via`: a place they go through. */
export class Shopper {
  static async come(browser, url, { quiet = false, via = url, ...options } = {}) {
    const shopper = new Shopper();
    shopper.url = url;
    shopper.complaints = [];
    shopper.context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", ...options });
    shopper.context.setDefaultTimeout(20_000);
    shopper.context.on("request", (request) => {
      const to = request.url();
      if (!to.startsWith(url) && !to.startsWith(via) && !/^(data|blob):/.test(to)) shopper.complaints.push(`foreign request: ${to}`);
    });
    shopper.context.on("console", (message) => {
      const text = message.text();
      const lost = /Failed to load resource|net::ERR/.test(text);
      if (message.type() === "error" && !(quiet && lost)) shopper.complaints.push(`console: ${text} ${message.location().url}`);
    });
    shopper.context.on("weberror", (error) => shopper.complaints.push(`error: ${error.error()}`));
    shopper.page = await shopper.open();
    return shopper;
  }

  /** Another tab, at `path`. */
  async open(path = "/") {
    const page = await this.context.newPage();
    await page.goto(this.url + path);
    await page.getByRole("textbox", { name: "Your message" }).or(page.getByRole("textbox", { name: "Deine Nachricht" })).waitFor();
    return page;
  }

  async send(text, page = this.page) {
    await page.getByRole("textbox", { name: "Your message" }).fill(text);
    await page.keyboard.press("Enter");
  }

  /** Send, and wait for the answer to its end. */
  async say(text, page = this.page) {
    const before = await this.answers(page).count();
    await this.send(text, page);
    await this.answers(page).nth(before).waitFor();
    await this.idle(page);
  }

  async idle(page = this.page) {
    await page.locator(".composer [type=submit]").waitFor();
  }

  /** Does what the service refuses with `status`. The console tells that too, in its own time, and it is no complaint. */
  async refused(status, act) {
    const told = (text) => text.includes(` status of ${status} `);
    const heard = this.context.waitForEvent("console", (message) => told(message.text()));
    await Promise.all([heard, act()]);
    this.complaints.splice(this.complaints.findIndex(told), 1);
  }

  answers(page = this.page) {
    return page.getByRole("article", { name: "Assistant" });
  }

  answer(page = this.page) {
    return this.answers(page).last();
  }

  cart(page = this.page) {
    return page.getByRole("tabpanel");
  }

  /** No serious finding of axe, in the state the page is in. */
  async accessible(what, page = this.page) {
    await page.evaluate(AXE);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
    assert.deepEqual(told, [], `axe: ${what}`);
  }

  /** Nothing is wider or higher than the page: only its parts scroll. */
  async fits(what, page = this.page) {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(over, 0, `${what}: ${over} px too wide`);
    const below = await page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight);
    assert.equal(below, 0, `${what}: ${below} px too high`);
  }

  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }
}

/** Where a picture of a failure is kept, when `PAGE_SHOTS` names a folder. */
export async function picture(page, name) {
  const folder = process.env.PAGE_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
