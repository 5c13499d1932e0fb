/** Accounts, and what those who make prompts see. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { launch, picture, Shopper, SKIP } from "./browser.mjs";
import { Google } from "./google.mjs";
import { Shop } from "./shop.mjs";

const EMAIL = "ann@example.org";

describe("people", { skip: SKIP }, () => {
  let browser, shop, google;
  let password = "a long enough secret";
  let codes = 0;
  before(async () => {
    google = await Google.open();
    [browser, shop] = await Promise.all([launch(), Shop.open({ env: { CARTWRIGHT_STORE: "fernweg", ...google.env } })]);
  });
  after(async () => {
    await browser?.close();
    await shop?.close();
    await google?.close();
  });

  /** The next code that is mailed; the server prints mails in development. */
  async function code() {
    for (let tries = 0; tries < 100; tries++) {
      const mails = [...shop.said().matchAll(/Mail to [^\n]*\n(?: {4}[^\n]*\n)+/g)];
      const found = mails.map(([mail]) => mail.match(/^\s+([0-9A-Z]{4}-[0-9A-Z]{4})$/m)?.[1]).filter(Boolean);
      if (found.length > codes) return found[codes++];
      await new Promise((go) => setTimeout(go, 100));
    }
    throw new Error(`no mail:\n${shop.said()}`);
  }

  async function sign(one, fill) {
    await one.page.getByRole("button", { name: "Sign in" }).click();
    const dialog = one.page.getByRole("dialog");
    await fill(dialog);
    await dialog.waitFor({ state: "detached" });
  }

  const signIn = (dialog) => async () => {
    await dialog.getByLabel("E-mail").fill(EMAIL);
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  };

  it("come as guests, sign up and keep what is theirs", async () => {
    const one = await Shopper.come(browser, shop.url);
    await one.say("Find me trail running shoes under 120 euros");
    await one.page.getByRole("button", { name: /^Add .* to the cart/ }).first().click();
    await one.cart().locator(".cart-item").waitFor();
    await sign(one, async (dialog) => {
      await one.accessible("signing in");
      await dialog.getByRole("button", { name: "Sign up" }).click();
      await dialog.getByLabel("E-mail").fill(EMAIL);
      await dialog.getByLabel("Password", { exact: true }).fill(password);
      await dialog.getByLabel("Name (optional)").fill("Ann Lee");
      await dialog.getByRole("button", { name: "Sign up" }).click();
      await dialog.getByText(EMAIL).waitFor();
      await dialog.getByLabel("Code from the e-mail").fill(await code());
      await dialog.getByRole("button", { name: "Confirm" }).click();
    });
    await one.page.getByRole("button", { name: "Ann Lee" }).waitFor();
    assert.equal(await one.cart().locator(".cart-item").count(), 1);
    await one.page.reload();
    await one.answer().getByText("I found these").waitFor();
    await one.cart().locator(".cart-item").waitFor();
    await one.leave();
  });

  it("sign in somewhere else, with a guest's cart beside their own, and out again", async () => {
    const one = await Shopper.come(browser, shop.url);
    await one.say("Which tents do you have?");
    await one.page.getByRole("button", { name: /^Add .* to the cart/ }).first().click();
    await one.cart().locator(".cart-item").waitFor();
    await sign(one, (dialog) => signIn(dialog)());
    await one.cart().locator(".cart-item").nth(1).waitFor();
    await one.page.getByText("Came along: 1 cart item, 1 chat.").waitFor();
    await one.page.getByRole("button", { name: "Ann Lee" }).click();
    const dialog = one.page.getByRole("dialog");
    await dialog.getByText("This browser").waitFor();
    await one.accessible("the account");
    await dialog.getByRole("button", { name: "Sign out", exact: true }).click();
    await one.cart().getByText("Your cart is empty.").waitFor();
    await one.page.getByRole("heading", { name: "What are you looking for?" }).waitFor();
    assert.equal(await one.answers().count(), 0);
    await one.leave();
  });

  it("set a new password for one they forgot, and the old one opens nothing any more", async () => {
    const one = await Shopper.come(browser, shop.url, { quiet: true });
    const forgotten = password;
    await sign(one, async (dialog) => {
      await dialog.getByRole("button", { name: "Forgot your password?" }).click();
      await dialog.getByLabel("E-mail").fill(EMAIL);
      await dialog.getByRole("button", { name: "Send a code" }).click();
      await dialog.getByText(EMAIL).waitFor();
      password = "another secret, as long";
      await dialog.getByLabel("Code from the e-mail").fill(await code());
      await dialog.getByLabel("New password").fill(password);
      await one.accessible("a new password");
      await dialog.getByRole("button", { name: "Set a new password" }).click();
    });
    await one.page.getByRole("button", { name: "Ann Lee" }).waitFor();
    await one.leave();

    const other = await Shopper.come(browser, shop.url, { quiet: true });
    await sign(other, async (dialog) => {
      await dialog.getByLabel("E-mail").fill(EMAIL);
      await dialog.getByLabel("Password", { exact: true }).fill(forgotten);
      await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
      await dialog.getByRole("alert").waitFor();
      await signIn(dialog)();
    });
    await other.page.getByRole("button", { name: "Ann Lee" }).waitFor();
    await other.leave();
  });

  it("go to Google and come back signed in, with what is theirs, and again from another browser", async () => {
    const there = async (one) => {
      await one.page.getByRole("button", { name: "Sign in" }).click();
      await one.page.getByRole("dialog").getByRole("link", { name: "Continue with Google" }).click();
      await one.page.getByText("You are signed in.").waitFor();
      await one.page.getByRole("button", { name: "Ada Lovelace" }).waitFor();
      assert.equal(new URL(one.page.url()).search, "");
    };
    for (const items of [1, 2]) {
      const one = await Shopper.come(browser, shop.url, { via: google.url });
      await one.say(items === 1 ? "Which tents do you have?" : "Find me trail running shoes under 120 euros");
      await one.page.getByRole("button", { name: /^Add .* to the cart/ }).first().click();
      await one.cart().locator(".cart-item").waitFor();
      await there(one);
      await one.cart().locator(".cart-item").nth(items - 1).waitFor();
      assert.equal(await one.cart().locator(".cart-item").count(), items);
      await one.leave();
    }
  });

  it("are told how a sign-in with Google came out", async () => {
    const one = await Shopper.come(browser, shop.url);
    const back = await one.open("/?sign-in=email-taken");
    await back.getByText("Another account has this e-mail address.").waitFor();
    assert.equal(new URL(back.url()).search, "");
    await one.leave();
  });

  it("who signed in in another tab in the middle of a call are asked nothing: it is made again", async () => {
    const one = await Shopper.come(browser, shop.url, { quiet: true });
    const replaced = { status: 401, code: "session-replaced", title: "Unauthorized", detail: "x", type: "x" };
    let refused = 0;
    await one.page.route("**/api/chat", (route) =>
      refused++ ? route.continue() : route.fulfill({ status: 401, contentType: "application/problem+json", json: replaced }),
    );
    await one.say("Find me trail running shoes under 120 euros");
    await one.answer().getByText("I found these").waitFor();
    assert.equal(refused, 2);
    await one.leave();
  });

  it("see how answers are made where they make prompts, and answer again with other options", async () => {
    shop.sql(`update users set role = 'admin' where email = '${EMAIL}'`);
    const one = await Shopper.come(browser, shop.url);
    await sign(one, (dialog) => signIn(dialog)());
    await one.say("Find me trail running shoes under 120 euros");
    await one.answer().getByRole("button", { name: "How it was made" }).click();
    const making = one.page.getByRole("dialog", { name: "How this answer was made" });
    await making.getByText("offline/shopkeeper").waitFor();
    await making.getByRole("rowheader", { name: "In all" }).waitFor();
    await making.locator("pre").getByText("shop", { exact: false }).first().waitFor();
    await one.accessible("how it was made");
    await picture(one.page, "making");
    await making.getByLabel("Most tokens a step").fill("12");
    await making.getByRole("button", { name: "Answer again with these options" }).click();
    const versions = one.page.getByRole("dialog", { name: "Versions of this answer" });
    await versions.getByText("2 of 2").waitFor();
    await versions.getByText(/tokens in, .* out/).nth(1).waitFor();
    await versions.getByText("The answer was too long and was cut short.").waitFor();
    await one.leave();
  });
});
