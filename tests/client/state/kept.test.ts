// What is kept on the device: drafts and questions on their way, each person's apart.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../../webapp/src/state/drafts.ts";
import { addToOutbox, readOutbox, removeFromOutbox } from "../../../webapp/src/state/outbox.ts";
import { memoryStore, readJson, type Store } from "../../../webapp/src/state/storage.ts";

test("a draft is kept for its conversation and comes back after a restart", () => {
  const store = memoryStore();
  const drafts = new Drafts(store, "1");
  drafts.write(null, "for a new chat");
  drafts.write("a", "for a");
  const later = new Drafts(store, "1");
  assert.equal(later.read(null), "for a new chat");
  assert.equal(later.read("a"), "for a");
  assert.equal(later.read("b"), "");
});

test("another person on the same device sees none of it", () => {
  const store = memoryStore();
  new Drafts(store, "1").write("a", "secret");
  assert.equal(new Drafts(store, "2").read("a"), "");
});

test("an emptied draft is forgotten, and nothing is left in the store", () => {
  const store = memoryStore();
  const drafts = new Drafts(store, "1");
  drafts.write("a", "text");
  drafts.write("a", "  ");
  assert.equal(drafts.read("a"), "");
  assert.equal(store.read("tanya.drafts.1"), null);
});

test("only the newest drafts are kept, so that storage stays small", () => {
  const drafts = new Drafts(memoryStore(), "1");
  for (let n = 0; n < 80; n++) drafts.write(`c${n}`, "text");
  assert.equal(drafts.read("c0"), "");
  assert.equal(drafts.read("c79"), "text");
});

test("damaged storage reads as empty", () => {
  const broken: Store = { read: () => "{", write: () => undefined };
  assert.equal(new Drafts(broken, "1").read("a"), "");
  assert.deepEqual(readJson(broken, "x", []), []);
});

test("questions on their way are kept in order until the server has them", () => {
  const store = memoryStore();
  const item = (id: string) => ({ conversationId: "c", body: { id, parentId: null, text: id } });
  addToOutbox(store, "1", item("a"));
  addToOutbox(store, "1", item("b"));
  addToOutbox(store, "1", item("a"));
  assert.deepEqual(
    readOutbox(store, "1").map(({ body }) => body.id),
    ["b", "a"],
  );
  removeFromOutbox(store, "1", "b");
  removeFromOutbox(store, "1", "a");
  assert.equal(store.read("tanya.outbox.1"), null);
});
