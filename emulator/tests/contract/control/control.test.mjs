// The client for Node, tried as a test of somebody's bot would use it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { ActionRefused, Silence, start } from "../../../telegram_emulator/client/telegram.mjs";

const python = process.env.PYTHON;
let telegram, bot;

before(async () => {
  telegram = await start({ command: [python, "-m", "telegram_emulator"] });
  const env = { ...process.env, BOT_TOKEN: telegram.token, API_ROOT: telegram.origin };
  bot = spawn(python, [new URL("shop.py", import.meta.url).pathname], { env });
});

after(async () => {
  bot.kill();
  await telegram.stop();
});

test("a person greets, presses, pays, and is renewed when time goes on", async () => {
  const person = await telegram.person({ firstName: "Leo", stars: 500 });
  await person.start();
  assert.deepEqual((await person.hear("Hello Leo", { within: 60_000 })).buttons, ["Hi"]);
  const pressed = await person.press("Hi");
  assert.deepEqual([pressed.text, pressed.alert], ["Well met", true]);
  await person.hear(/again$/);
  await person.send("tea");
  await person.hear((said) => said.message.invoice);
  assert.equal(await person.pay(), "paid");
  await person.hear("Thanks for 100");
  await person.send("club");
  const { text } = await person.hear("http");
  assert.equal(await person.pay({ slug: text }), "paid");
  await person.hear("Thanks");
  assert.equal(await telegram.travel({ days: 30, seconds: 60 }), 1);
  await person.hear("Thanks");
  assert.equal(await person.stars(), 200);
});

test("the network breaks, and what is not said is silence", async () => {
  const person = await telegram.person();
  await person.start();
  await person.hear("Hello");
  await telegram.breakUpdates({ kind: "twice" });
  await person.send("one");
  await person.hear("one?");
  await person.hear("one?");
  await telegram.mend();
  await telegram.breakCalls({ method: "getMe" });
  assert.deepEqual([(await telegram.call("getMe")).error_code, (await telegram.call("getMe")).ok], [500, true]);
  await assert.rejects(person.hear("two", { within: 200 }), Silence);
  await assert.rejects(person.press("Nowhere"), Silence);
  await assert.rejects(person.send(" "), ActionRefused);
});
