// A conversation's messages from the server, merged with what this device has.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../../webapp/src/api/index.ts";
import type { AppEvent } from "../../../webapp/src/state/events.ts";
import { after, CHAT, message } from "./made.ts";

/** As parsed from a response: every object is new. */
const read = (items: readonly Message[], leafId: string): AppEvent => ({
  type: "thread.loaded",
  id: CHAT,
  items: structuredClone(items) as Message[],
  leafId,
});
const cited = { url: "https://example.org/", title: "Example", start: 0, end: 3 };
const ITEMS = [message("a", null), message("b", "a", { role: "assistant", citations: [cited] })];

test("messages that are read again are the same objects, so that nothing is drawn again", () => {
  const before = after([read(ITEMS, "b")]);
  const again = after([read(ITEMS, "b")], before);
  assert.equal(again.threads[CHAT], before.threads[CHAT]);
});

test("of a page with one message changed and one more, the others stay the same objects", () => {
  const before = after([read(ITEMS, "b")]);
  const changed = { ...ITEMS[1]!, citations: [{ ...cited, title: "Another" }] };
  const next = after([read([ITEMS[0]!, changed, message("c", "b")], "c")], before);
  const { messages, leafId } = next.threads[CHAT]!;
  assert.equal(messages.a, before.threads[CHAT]!.messages.a);
  assert.equal(messages.b?.citations[0]?.title, "Another");
  assert.deepEqual([Object.keys(messages), leafId], [["a", "b", "c"], "c"]);
});

test("a message that the server no longer has is gone, and another branch is shown", () => {
  const before = after([read(ITEMS, "b")]);
  assert.deepEqual(Object.keys(after([read([ITEMS[0]!], "a")], before).threads[CHAT]!.messages), [
    "a",
  ]);
  assert.equal(after([read(ITEMS, "a")], before).threads[CHAT]!.leafId, "a");
});

test("a failure to read is over once it has been read, though nothing is new", () => {
  const before = after([read(ITEMS, "b")]);
  const failure = { code: "offline", title: "Offline", detail: "" };
  const failed = after([{ type: "thread.failed", id: CHAT, failure }], before);
  assert.equal(after([read(ITEMS, "b")], failed).threads[CHAT]!.failure, undefined);
});
