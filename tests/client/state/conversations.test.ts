// The list: pages, searches that overtake each other, and what is shown first.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppEvent } from "../../../webapp/src/state/events.ts";
import type { Conversation } from "../../../webapp/src/state/model.ts";
import { firstQuestion, shownIds } from "../../../webapp/src/state/shown-conversations.ts";
import { after } from "./made.ts";

const item = (id: string, day: number, pinned = false): Conversation => {
  const at = `2026-11-${String(day).padStart(2, "0")}T10:00:00Z`;
  return { id, title: id, pinned, createdAt: at, updatedAt: at };
};
const loading = (query = "", more = false): AppEvent => ({ type: "list.loading", query, more });
const loaded = (items: Conversation[], query = "", more = false): AppEvent => ({
  type: "list.loaded",
  query,
  more,
  items,
  nextCursor: null,
});

test("pinned conversations come first, then the newest", () => {
  const state = after([loading(), loaded([item("a", 3), item("b", 9), item("c", 1, true)])]);
  assert.deepEqual(shownIds(state), { pinned: ["c"], recent: ["b", "a"] });
});

test("a conversation without a title is known by its first question", () => {
  const at = "2026-11-01T10:00:00Z";
  const ask = (requestId: string, parentId: string | null, text: string): AppEvent => ({
    type: "send.asked",
    conversationId: "a",
    requestId,
    parentId,
    text,
    at,
    queued: true,
  });
  const { threads } = after([
    { type: "conversation.made", conversation: { ...item("a", 1), title: null } },
    ask("one", null, "What is a periwinkle?"),
    ask("two", "one", "And where does it grow?"),
  ]);
  assert.equal(firstQuestion(threads["a"]), "What is a periwinkle?");
  assert.equal(firstQuestion(threads["b"]), "");
});

test("an open folder shows its own conversations alone", () => {
  const state = after([
    loading(),
    loaded([{ ...item("a", 3), folder: "Work" }, item("b", 9), item("c", 1, true)]),
    { type: "conversation.changed", id: "c", change: { folder: "Work" } },
  ]);
  assert.deepEqual(shownIds({ ...state, folder: "Work" }), { pinned: ["c"], recent: ["a"] });
});

test("pages follow each other without doubling what moved between them", () => {
  const state = after([
    loading(),
    loaded([item("a", 3), item("b", 2)]),
    loading("", true),
    loaded([item("b", 2), item("c", 1)], "", true),
  ]);
  assert.deepEqual(state.list.ids, ["a", "b", "c"]);
});

test("the answer to a search that was typed over is dropped", () => {
  const state = after([loading("a"), loading("ab"), loaded([item("old", 1)], "a")]);
  assert.deepEqual(state.list.ids, []);
  assert.equal(state.list.status, "loading");
});

test("deleting the open conversation leaves a new chat", () => {
  const state = after([
    loading(),
    loaded([item("a", 1)]),
    { type: "conversation.opened", id: "a" },
    { type: "conversation.removed", id: "a" },
  ]);
  assert.equal(state.currentId, null);
  assert.deepEqual(state.list.ids, []);
});
