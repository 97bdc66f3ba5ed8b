// What placeholders stand for is on the person's own screen, and goes out nowhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../../webapp/src/api/index.ts";
import { putBack, takeOut } from "../../../webapp/src/state/placeholders.ts";
import { state } from "../../../webapp/src/state/store.ts";
import { after, CHAT, message } from "./made.ts";

const placeholders = { "[name 1]": "Ben Smith", "[phone 1]": "+49 170" };

const open = (more: Partial<Message>): void => {
  const items = [message("question", null, more)];
  const loaded = after([{ type: "thread.loaded", id: CHAT, items, leafId: "question" }]);
  state.value = { ...loaded, currentId: CHAT };
};

test("names are put back, whatever a model made of the capitals, and taken out again", () => {
  open({ placeholders });
  const seen = putBack("[Name 1] has [phone 1], [name 2] has none.");
  assert.equal(seen, "Ben Smith has +49 170, [name 2] has none.");
  assert.equal(takeOut(seen), "[name 1] has [phone 1], [name 2] has none.");
});

test("a chat without others' words is left as it is", () => {
  open({ placeholders: {} });
  assert.equal(putBack("[name 1]"), "[name 1]");
  assert.equal(takeOut("Ben Smith"), "Ben Smith");
});
