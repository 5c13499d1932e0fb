/** The pictures of the README and docs/page.md: `make screenshots`. */

import { join } from "node:path";

import { launch, Shopper } from "./browser.mjs";
import { Shop } from "./shop.mjs";

const FOLDER = join(import.meta.dirname, "../../docs/images");
const [browser, shop] = await Promise.all([launch(), Shop.open({ env: { CARTWRIGHT_STORE: "fernweg" } })]);

async function take(page, name) {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

const one = await Shopper.come(browser, shop.url, { viewport: { width: 1360, height: 800 } });
await one.page.getByText("Fernweg", { exact: true }).click();
await take(one.page, "page-welcome");
await one.say("Find me trail running shoes under 120 euros");
await one.page.getByRole("button", { name: /^Add Tarvik Root trail/ }).click();
await one.say("Suggest carts for a weekend hike, up to 400 euros");
await one.answer().locator(".suggested").evaluate((element) => element.scrollIntoView({ block: "center" }));
await take(one.page, "page-carts");
await one.page.getByRole("button", { name: "Take this cart" }).first().click();
await one.page.getByText("In your cart").waitFor();
await one.say("Order it");
await one.say("send it to Ann Lee, Torstr. 1, 10119 Berlin, Germany");
await one.page.emulateMedia({ colorScheme: "dark" });
await take(one.page, "page-confirm");
await one.page.getByRole("button", { name: /^Confirm and pay/ }).click();
await one.answer().getByText("Placed", { exact: true }).waitFor();

const phone = await Shopper.come(browser, shop.url, { viewport: { width: 390, height: 800 }, hasTouch: true });
await phone.say("Find me trail running shoes under 120 euros");
await phone.answer().locator(".product-cards").evaluate((element) => element.scrollIntoView());
await take(phone.page, "page-phone");

await browser.close();
await shop.close();
