/** A shopper's way through the page, from the first word to the order, with the offline model. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { launch, picture, Shopper, SKIP } from "./browser.mjs";
import { Shop } from "./shop.mjs";

const SHOES = "Find me trail running shoes under 120 euros";
const CARTS = "Suggest carts for a weekend hike, up to 400 euros";
const ADDRESS = "send it to Ann Lee, Torstr. 1, 10119 Berlin, Germany";

describe("the shop", { skip: SKIP }, () => {
  let browser, shop;
  before(async () => {
    [browser, shop] = await Promise.all([launch(), Shop.open({ env: { CARTWRIGHT_STORE: "fernweg" } })]);
  });
  after(async () => {
    await browser?.close();
    await shop?.close();
  });

  it("is searched, compared and bought from", async () => {
    const one = await Shopper.come(browser, shop.url);
    const { page } = one;
    await one.accessible("welcome");
    await page.getByText("Fernweg", { exact: true }).click();
    await page.getByRole("button", { name: /Trail running shoes/ }).click();
    await one.answer().getByText("I found these").waitFor();
    await one.idle();
    const cards = one.answer().locator(".product-card");
    assert.equal(await cards.count(), 5);
    const drawn = await cards.locator("img").evaluateAll((all) => all.map((image) => image.complete && image.naturalWidth > 0));
    assert.deepEqual(drawn, Array(5).fill(true));
    await one.accessible("products");

    await page.getByRole("button", { name: "Add Tarvik Root trail running shoe to the cart" }).click();
    await one.cart().getByText("Tarvik Root trail running shoe").waitFor();
    await one.cart().getByText("€64.90").first().waitFor();
    await page.getByRole("button", { name: "Put Nakkut Wild barefoot trail shoe on the wishlist" }).click();
    await page.getByRole("tab", { name: "Wishlist" }).click();
    await one.cart().getByText("Nakkut Wild barefoot trail shoe").waitFor();
    await page.getByRole("tab", { name: /Cart/ }).click();

    await one.say("Compare the first two");
    await one.answer().locator(".comparison").getByRole("rowheader", { name: "heel drop" }).waitFor();
    await one.accessible("comparison");
    await page.getByRole("button", { name: "One more of Tarvik Root trail running shoe" }).click();
    await one.cart().getByText("€129.80").first().waitFor();
    await page.getByRole("button", { name: "One less of Tarvik Root trail running shoe" }).click();
    await one.cart().getByRole("button", { name: "Remove Tarvik Root trail running shoe" }).click();
    await one.cart().getByText("Your cart is empty.").waitFor();

    await one.say(CARTS);
    const [first, second] = [0, 1].map((at) => one.answer().locator(".suggested-cart").nth(at));
    await second.getByRole("button", { name: "Dismiss" }).click();
    await second.getByText("Dismissed").waitFor();
    await first.getByRole("button", { name: "Take this cart" }).click();
    await first.getByText("In your cart").waitFor();
    await one.cart().getByText("Why is this here?").first().click();
    await one.cart().getByText("From the suggestion").first().waitFor();
    const total = await first.locator(".total .price").innerText();
    await one.cart().locator(".total").getByText(total).waitFor();
    await one.accessible("suggested carts");

    await one.cart().getByRole("button", { name: "Order" }).click();
    await one.answer().getByText("Where should it go?").waitFor();
    await one.idle();
    await one.say(ADDRESS);
    const asks = one.answer().getByRole("region", { name: "Please confirm" });
    await asks.getByText("Torstr. 1, 10119 Berlin").waitFor();
    await one.accessible("confirmation");
    await page.reload();
    await asks.getByRole("button", { name: `Confirm and pay ${total}` }).click();
    await asks.getByText("Done").waitFor();
    await one.answer().getByText("Placed", { exact: true }).waitFor();
    await one.cart().getByText("Your cart is empty.").waitFor();
    await page.getByRole("tab", { name: "Orders" }).click();
    await one.cart().getByText(total).waitFor();
    await one.accessible("order");
    await picture(page, "order");

    await page.reload();
    await one.answer().getByText("Placed", { exact: true }).waitFor();
    await one.page.locator(".suggested-cart[data-outcome=accepted]").waitFor();
    await one.leave();
  });

  it("does not do what the shopper declines", async () => {
    const one = await Shopper.come(browser, shop.url);
    await one.say(SHOES);
    await one.page.getByRole("button", { name: /^Add .* to the cart/ }).first().click();
    await one.cart().locator(".cart-item").waitFor();
    await one.say("Order it");
    await one.say(ADDRESS);
    await one.answer().getByRole("button", { name: "Do not do it" }).click();
    await one.answer().getByText("Declined. Nothing has happened.").waitFor();
    await one.idle();
    assert.equal(await one.cart().locator(".cart-item").count(), 1);
    await one.leave();
  });

  it("does nothing once it is too late to confirm", async () => {
    const one = await Shopper.come(browser, shop.url);
    await one.say(SHOES);
    await one.page.getByRole("button", { name: /^Add .* to the cart/ }).first().click();
    await one.cart().locator(".cart-item").waitFor();
    await one.say("Order it");
    await one.say(ADDRESS);
    const asks = one.answer().getByRole("region", { name: "Please confirm" });
    await asks.getByRole("button", { name: /^Confirm and pay/ }).waitFor();
    shop.sql("update message_actions set expires_at = now() - interval '1 minute' where confirmed_at is null");
    await one.refused(410, () => asks.getByRole("button", { name: /^Confirm and pay/ }).click());
    await asks.getByText("Too late to confirm. Nothing has happened").waitFor();
    assert.equal(await asks.getByRole("button", { name: /^Confirm/ }).count(), 0);
    assert.equal(await one.cart().locator(".cart-item").count(), 1);
    await one.leave();
  });

  it("changes a cart that another tab has changed only after showing it", async () => {
    const one = await Shopper.come(browser, shop.url);
    await one.say(SHOES);
    await one.page.getByRole("button", { name: /^Add .* to the cart/ }).first().click();
    await one.cart().locator(".cart-item").waitFor();
    const changed = await one.page.evaluate(async () => {
      const { items } = await (await fetch("/v1/carts")).json();
      const [cart] = items.filter((one) => one.items.length);
      const path = `/v1/carts/${cart.id}/items/${cart.items[0].product_id}`;
      const body = JSON.stringify({ quantity: 7 });
      return (await fetch(path, { method: "PUT", body, headers: { "content-type": "application/json" } })).status;
    });
    assert.equal(changed, 200);
    await one.refused(412, () => one.page.getByRole("button", { name: /^One more of/ }).click());
    await one.page.getByText("The cart had changed meanwhile").waitFor();
    await one.cart().getByText("7", { exact: true }).waitFor();
    await one.leave();
  });

  it("keeps chats: found, named, deleted; answered again, edited, compared", async () => {
    const one = await Shopper.come(browser, shop.url);
    const { page } = one;
    await one.say(SHOES);
    await one.answer().getByRole("button", { name: "Answer again" }).click();
    await one.answer().getByText("2 of 2").waitFor();
    await one.idle();
    await one.answer().getByRole("button", { name: "Version before" }).click();
    await one.answer().getByText("1 of 2").waitFor();
    await one.answer().getByRole("button", { name: "Compare versions" }).click();
    const versions = page.getByRole("dialog", { name: "Versions of this answer" });
    await versions.getByText("I found these").nth(1).waitFor();
    await one.accessible("versions");
    await versions.getByRole("button", { name: "Go on with this one" }).click();
    await one.answer().getByText("2 of 2").waitFor();

    await page.getByRole("article", { name: "You" }).hover();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Your message, changed" }).fill("Which tents do you have?");
    await page.getByRole("button", { name: "Send" }).first().click();
    await one.answer().locator(".prose").getByText("tent").first().waitFor();
    await one.idle();
    await page.getByRole("article", { name: "You" }).getByText("2 of 2").waitFor();

    await one.answer().getByRole("button", { name: "Bad answer" }).click();
    await one.answer().getByRole("textbox", { name: /What was wrong/ }).fill("No pictures of tents");
    await one.answer().locator(".reason button").click();
    await page.getByText("Thank you.").waitFor();
    await page.reload();
    await one.answer().getByRole("button", { name: "Bad answer", pressed: true }).waitFor();

    await page.getByRole("textbox", { name: "Your message" }).fill("a draft");
    await page.getByRole("button", { name: "New chat" }).click();
    await page.getByRole("heading", { name: "What are you looking for?" }).waitFor();
    await one.say("What is your returns policy?");
    const list = page.getByRole("navigation", { name: "Chats" });
    await list.getByText("returns policy").waitFor();
    await list.getByRole("searchbox").fill("tents");
    await list.getByText("returns policy").waitFor({ state: "detached" });
    await list.getByRole("button", { name: /^Find me trail/ }).click();
    assert.equal(await page.getByRole("textbox", { name: "Your message" }).inputValue(), "a draft");
    await list.getByRole("button", { name: /^Rename/ }).click();
    await list.getByRole("textbox", { name: "New name" }).fill("The lake");
    await page.keyboard.press("Enter");
    await list.getByText("The lake").waitFor();
    await list.getByRole("button", { name: "Delete: The lake" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await list.getByText("No chat has these words.").waitFor();
    await list.getByRole("searchbox").fill("");
    await list.getByText("returns policy").waitFor();
    await one.leave();
  });

  it("lists all chats, some at a time", async () => {
    const one = await Shopper.come(browser, shop.url);
    const { page } = one;
    await one.say("What is your returns policy?");
    shop.sql(`
      insert into chats (public_id, user_id, title, updated_at)
      select 'older-' || n, c.user_id, 'Older chat ' || n, c.updated_at - n * interval '1 hour'
      from (select * from chats order by updated_at desc limit 1) c, generate_series(1, 120) n;
      insert into messages (chat_id, public_id, role) select id, 'm', 'user' from chats where public_id like 'older-%';
      update chats c set leaf_id = m.id from messages m where m.chat_id = c.id and c.public_id like 'older-%';
    `);
    await page.reload();
    const list = page.getByRole("navigation", { name: "Chats" });
    const chats = list.locator(".chat-link");
    await chats.nth(49).waitFor();
    assert.equal(await chats.count(), 50);
    await one.accessible("many chats");
    await list.getByRole("button", { name: "Older chats" }).click();
    await chats.nth(99).waitFor();
    await list.getByRole("button", { name: "Older chats" }).click();
    await list.getByText("Older chat 120", { exact: true }).waitFor();
    assert.equal(await chats.count(), 121);
    assert.equal(await list.getByRole("button", { name: "Older chats" }).count(), 0);
    await list.getByText("Older chat 99", { exact: true }).click();
    await one.say("Which tents do you have?");
    // It is the latest now, and the list is as long as before.
    await chats.first().getByText("Older chat 99").waitFor();
    await chats.nth(120).waitFor();
    assert.equal(await chats.count(), 121);
    await list.getByRole("searchbox").fill("Older chat 7");
    await chats.nth(11).waitFor({ state: "detached" });
    assert.equal(await chats.count(), 11);
    await one.leave();
  });

  it("takes pictures and files", async () => {
    const one = await Shopper.come(browser, shop.url);
    const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    await one.page.locator("input[type=file]").setInputFiles([
      { name: "dot.png", mimeType: "image/png", buffer: dot },
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") },
    ]);
    await one.page.getByText("notes.txt").waitFor();
    await one.say(SHOES);
    const mine = one.page.getByRole("article", { name: "You" });
    await one.page.reload();
    await mine.getByRole("img", { name: "dot.png" }).waitFor();
    await mine.getByText("notes.txt").waitFor();
    await one.leave();
  });

  it("fits a phone, in the dark, in German", async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: "dark", locale: "de-DE", reducedMotion: "reduce" };
    const one = await Shopper.come(browser, shop.url, phone);
    const { page } = one;
    await page.getByRole("heading", { name: "Was suchst du?" }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    await one.fits("welcome");
    await page.locator(".loved li").last().waitFor();
    assert.ok((await page.getByRole("heading", { name: "Was suchst du?" }).boundingBox()).y > 0, "it begins at its top");
    await one.accessible("welcome on a phone");
    const field = page.getByRole("textbox", { name: "Deine Nachricht" });
    for (const text of [SHOES, CARTS]) {
      await field.fill(text);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Anhalten" }).waitFor();
      await one.idle();
    }
    await one.fits("carts");
    await one.accessible("carts on a phone");
    await page.getByRole("button", { name: "Diesen nehmen" }).first().click();
    await page.getByText("In deinem Warenkorb").waitFor();
    await page.getByRole("button", { name: /^Warenkorb, Wunschliste/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Bestellen" }).waitFor();
    await one.accessible("the cart on a phone");
    await picture(page, "phone-cart");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Gespräche und Einstellungen" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Neues Gespräch" }).waitFor();
    await one.accessible("the menu on a phone");
    await one.leave();
  });

  it("is used without a mouse", async () => {
    const one = await Shopper.come(browser, shop.url);
    const { page } = one;
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the chat");
    await page.keyboard.press("Enter");
    for (let at = 0; at < 40; at++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement?.tagName === "TEXTAREA")) break;
    }
    await page.keyboard.type(SHOES);
    await page.keyboard.press("Enter");
    await one.answer().getByText("I found these").waitFor();
    await one.idle();
    await page.getByRole("tab", { name: /Cart/ }).focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.getByRole("tab", { name: "Wishlist" }).getAttribute("aria-selected"), "true");
    await one.leave();
  });
});
