// Playwright for Node drives the page and a Mini App; the documented client plays the person.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { start } from "../../../telegram_emulator/client/telegram.mjs";

const { PYTHON, CHROMIUM, MINI_APP } = process.env;
const PATIENCE = { timeout: 60_000 };
let telegram;
let browser;

before(async () => {
  const command = [PYTHON, "-m", "telegram_emulator"];
  telegram = await start({ command, args: ["--app", MINI_APP] });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  await telegram?.stop();
});

test("what the bot says is on the page, and what is pressed there reaches the bot", async () => {
  const person = await telegram.person({ firstName: "Leo" });
  await person.start();
  const row = [{ text: "Hi", callback_data: "hi" }];
  const reply_markup = { inline_keyboard: [row] };
  await telegram.call("sendMessage", { chat_id: person.id, text: "Hello Leo", reply_markup });
  assert.deepEqual((await person.hear("Hello")).buttons, ["Hi"]);

  const page = await browser.newPage({ locale: "en-US" });
  await page.goto(telegram.origin);
  await page.getByRole("button", { name: "Leo" }).first().click(PATIENCE);
  await page.locator(".bubble", { hasText: "Hello Leo" }).waitFor(PATIENCE);
  await page.getByRole("button", { name: "Hi", exact: true }).click(PATIENCE);
  let pressed;
  while (!pressed) {
    const { result } = await telegram.call("getUpdates", { timeout: 30, offset: -1 });
    pressed = result.find((update) => update.callback_query);
  }
  assert.equal(pressed.callback_query.data, "hi");
  const { id } = pressed.callback_query;
  await telegram.call("answerCallbackQuery", { callback_query_id: id, text: "Well met" });
  await page.getByText("Well met").waitFor(PATIENCE);
  await page.close();
});

test("a Mini App opens with signed init data of the person", async () => {
  const person = await telegram.person({ firstName: "Mia", stars: 500 });
  await person.start();
  const page = await browser.newPage();
  await page.goto(await person.openApp({ startParam: "tea" }));
  const fragment = new URLSearchParams(new URL(page.url()).hash.slice(1));
  const data = new URLSearchParams(fragment.get("tgWebAppData"));
  assert.equal(JSON.parse(data.get("user")).first_name, "Mia");
  assert.equal(data.get("start_param"), "tea");
  assert.match(data.get("hash"), /^[0-9a-f]{64}$/);
  await page.close();
});
