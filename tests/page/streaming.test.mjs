/** Answers while they are made: reloads, tabs, stops, lost servers, and words that mean harm. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { launch, Shopper, SKIP } from "./browser.mjs";
import { HOLD, Model } from "./model.mjs";
import { Shop } from "./shop.mjs";

const HALF = ["The first ", "half"];
const WHOLE = "The first half and the second half.";
const REST = [" and the ", "second half."];

const EVIL = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const CATALOGUE = join(tmpdir(), "cartwright-evil.csv");
writeFileSync(
  CATALOGUE,
  `sku,name,description,price,currency,stock,brand,image\nE1,"${EVIL.replaceAll('"', '""')} lamp","${EVIL.replaceAll('"', '""')}",10.00,EUR,5,"<b>Evil</b>",https://elsewhere.invalid/pixel.png\n`,
);

describe("an answer being made", { skip: SKIP }, () => {
  let browser, model, shop;
  before(async () => {
    model = await Model.open();
    [browser, shop] = await Promise.all([launch(), Shop.open({ env: model.env, load: [[CATALOGUE, "evil"]] })]);
  });
  after(async () => {
    await model?.close();
    await browser?.close();
    await shop?.close();
  });

  it("goes on after a reload", async () => {
    const one = await Shopper.come(browser, shop.url);
    model.says([...HALF, HOLD, ...REST]);
    await one.send("Tell me");
    await one.answer().getByText("The first half").waitFor();
    await one.page.reload();
    await one.answer().getByText("The first half").waitFor();
    model.release();
    await one.answer().getByText(WHOLE).waitFor();
    await one.idle();
    assert.equal(await one.answers().count(), 1);
    await one.page.reload();
    await one.answer().getByText(WHOLE).waitFor();
    await one.leave();
  });

  it("is followed in a second tab, and a message sent there is followed here", async () => {
    const one = await Shopper.come(browser, shop.url);
    model.says([...HALF, HOLD, ...REST], ["In the ", "other tab."]);
    await one.send("Tell me");
    await one.answer().getByText("The first half").waitFor();
    const other = await one.open(`/${new URL(one.page.url()).hash}`);
    await one.answer(other).getByText("The first half").waitFor();
    model.release();
    for (const page of [one.page, other]) await one.answer(page).getByText(WHOLE).waitFor();
    await one.idle(other);
    await one.send("And there?", other);
    for (const page of [other, one.page]) await one.answer(page).getByText("In the other tab.").waitFor();
    assert.equal(await one.answers().count(), 2);
    await one.leave();
  });

  it("reads again what has changed while it was reading", async () => {
    const one = await Shopper.come(browser, shop.url);
    model.says(["One."], [...HALF, HOLD, ...REST]);
    await one.say("Tell me");
    const other = await one.open(`/${new URL(one.page.url()).hash}`);
    await one.answer(other).getByText("One.").waitFor();
    await one.idle(other);
    let read, go;
    const old = new Promise((done) => (read = done));
    const ended = new Promise((done) => (go = done));
    await one.page.route(/\/api\/chat\/[^/]+$/, async (route) => {
      const response = await route.fetch();
      read();
      await ended;
      await route.fulfill({ response });
    }, { times: 1 });
    await one.send("And there?", other);
    await old;
    await one.answer(other).getByText("The first half").waitFor();
    model.release();
    await one.answer(other).getByText(WHOLE).waitFor();
    await one.idle(other);
    go();
    await one.answer().getByText(WHOLE).waitFor();
    await one.leave();
  });

  it("stops where the shopper says stop, and the chat goes on", async () => {
    const one = await Shopper.come(browser, shop.url);
    model.says([...HALF, HOLD, ...REST], ["Next."]);
    await one.send("Tell me");
    await one.answer().getByText("The first half").waitFor();
    await one.page.getByRole("button", { name: "Stop" }).click();
    await one.answer().getByText("Stopped.").waitFor();
    model.release();
    await one.say("Go on");
    await one.answer().getByText("Next.").waitFor();
    assert.equal(await one.page.getByText("second half").count(), 0);
    await one.leave();
  });

  it("says so when the network is away, and sends what was written meanwhile", async () => {
    const one = await Shopper.come(browser, shop.url, { quiet: true });
    model.says(["Here ", "we are."], [...HALF, ...REST]);
    await one.say("Tell me");
    await one.context.setOffline(true);
    await one.page.getByText("You are offline").waitFor();
    await one.send("And then?");
    await one.context.setOffline(false);
    await one.answer().getByText(WHOLE).waitFor();
    await one.idle();
    assert.equal(await one.answers().count(), 2);
    assert.equal(await one.page.getByRole("article", { name: "You" }).count(), 2);
    await one.leave();
  });

  it("reads from the other side in right-to-left languages", async () => {
    const one = await Shopper.come(browser, shop.url);
    model.says(["Right."]);
    await one.say("Tell me");
    await one.page.evaluate(() => (document.documentElement.dir = "rtl"));
    await one.fits("right to left");
    const [menu, cart] = await Promise.all(
      [one.page.getByRole("navigation", { name: "Chats" }), one.page.getByRole("tablist")].map((part) => part.boundingBox()),
    );
    assert.ok(menu.x > cart.x);
    await one.leave();
  });

  it("says so when the server dies, and catches up when it is back", async () => {
    const one = await Shopper.come(browser, shop.url, { quiet: true });
    model.says([...HALF, HOLD, ...REST], [...HALF, ...REST]);
    await one.send("Tell me");
    await one.answer().getByText("The first half").waitFor();
    await shop.end("SIGKILL");
    await one.page.getByText("The connection is gone").waitFor();
    model.release();
    await shop.start();
    // The dead server's lease runs out first; then the answer is taken over.
    await one.answer().getByText(WHOLE).waitFor({ timeout: 60_000 });
    await one.idle();
    assert.equal(await one.answers().count(), 1);
    assert.equal(await one.page.getByText("The connection is gone").count(), 0);
    await one.leave();
  });

  it("says what failed, and asks again where that makes sense", async () => {
    const one = await Shopper.come(browser, shop.url);
    model.says(null);
    await one.send("Tell me");
    await one.answer().getByRole("alert").waitFor();
    await one.idle();
    model.says(["Well then."]);
    await one.answer().getByRole("button", { name: "Answer again" }).click();
    await one.answer().getByText("Well then.").waitFor();
    await one.answer().getByText("2 of 2").waitFor();
    await one.leave();
  });

  it("harms nobody, whatever the model and the catalogue say", async () => {
    const one = await Shopper.come(browser, shop.url);
    model.says([
      `${EVIL}\n\n[click](javascript:document.title='owned') ![pixel](https://elsewhere.invalid/pixel.png)\n\n`,
      `<iframe src="https://elsewhere.invalid"></iframe> <style>body{display:none}</style>\n\n`,
      `<a href="https://elsewhere.invalid" onclick="document.title='owned'">x</a> [here](https://elsewhere.invalid/a) the end`,
    ]);
    await one.say("Tell me");
    await one.answer().getByText("the end").waitFor();
    assert.equal(await one.answer().locator("iframe, script, style, [onerror], [onclick]").count(), 0);
    assert.equal(await one.answer().locator("img").count(), 0);
    assert.equal(await one.answer().locator("a[href^='javascript']").count(), 0);
    await one.page.getByRole("button", { name: "New chat" }).click();
    await one.page.getByText("Evil", { exact: false }).first().click();
    await one.page.getByText("lamp", { exact: false }).first().waitFor();
    assert.equal(await one.page.title(), "Cartwright");
    await one.leave();
  });
});
