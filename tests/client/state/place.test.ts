// A reload comes back to where the person was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readPlace, writePlace } from "../../../webapp/src/state/place.ts";
import { memoryStore } from "../../../webapp/src/state/storage.ts";

test("the open conversation is found again by the same launch only", () => {
  const store = memoryStore();
  assert.equal(readPlace(store, "launch"), null);
  writePlace(store, "launch", "chat");
  assert.equal(readPlace(store, "launch"), "chat");
  assert.equal(readPlace(store, "another"), null);
});

test("a new chat leaves nothing behind, and a damaged note is none", () => {
  const store = memoryStore();
  writePlace(store, "launch", "chat");
  writePlace(store, "launch", null);
  assert.equal(readPlace(store, "launch"), null);
  assert.equal(store.read("tanya.place"), null);
  store.write("tanya.place", "{");
  assert.equal(readPlace(store, "launch"), null);
});
