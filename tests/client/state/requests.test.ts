// What is shown between asking and the server's word: at once, never lost, retried in place.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { State } from "../../../webapp/src/state/model.ts";
import { path } from "../../../webapp/src/state/tree.ts";
import { after, answer, asked, CHAT, message, numbered, REQUEST, start } from "./made.ts";

const shown = (state: State) => path(state.threads[CHAT]!.messages, state.threads[CHAT]!.leafId);
const failure = { code: "network", title: "No connection", detail: "" };
const about = { conversationId: CHAT, requestId: REQUEST };

test("a question and its answer's place stand as soon as it is sent", () => {
  const [question, reply] = shown(after([asked()]));
  assert.equal(question?.text, "Why?");
  assert.equal(question?.pending?.status, "sending");
  assert.equal(reply?.state, "running");
});

test("offline, a question waits without pretending that an answer is on its way", () => {
  const state = after([asked({ queued: true })]);
  assert.deepEqual(
    shown(state).map(({ pending }) => pending?.status),
    ["queued"],
  );
});

test("a failed question stays with its failure, and a retry takes the failure away", () => {
  const failed = after([asked(), { type: "request.failed", ...about, failure }]);
  assert.deepEqual(
    shown(failed).map(({ text }) => text),
    ["Why?"],
  );
  assert.equal(shown(failed)[0]?.failure?.code, "network");
  const again = after([{ type: "request.retried", ...about }], failed);
  assert.equal(shown(again)[0]?.failure, undefined);
  assert.equal(shown(again).length, 2);
});

test("a withdrawn question leaves nothing behind", () => {
  const before = after([
    { type: "thread.loaded", id: CHAT, items: [message("a", null)], leafId: "a" },
  ]);
  const sent = after([asked({ parentId: "a" })], before);
  const state = after([{ type: "request.dropped", ...about }], sent);
  assert.deepEqual(
    shown(state).map(({ id }) => id),
    ["a"],
  );
  assert.equal(Object.keys(state.threads[CHAT]!.messages).length, 1);
});

test("regenerating shows the new branch's place beside the old answer, which is kept", () => {
  const items = [message("q", null), answer("old", "q", { state: "complete", text: "Old" })];
  const state = after([
    { type: "thread.loaded", id: CHAT, items, leafId: "old" },
    { type: "regenerate.asked", ...about, messageId: "old", at: "2026-11-23T11:00:00Z" },
  ]);
  assert.equal(shown(state).at(-1)?.state, "running");
  assert.equal(state.threads[CHAT]?.messages.old?.text, "Old");
  const dropped = after(
    [
      { type: "request.failed", ...about, failure },
      { type: "request.dropped", ...about },
    ],
    state,
  );
  assert.deepEqual(
    shown(dropped).map(({ id }) => id),
    ["q", "old"],
  );
});

test("what is still being sent survives a reload of the conversation's page", () => {
  const items = [message("a", null)];
  const state = after([
    asked({ parentId: "a" }),
    { type: "thread.loaded", id: CHAT, items, leafId: "a" },
  ]);
  assert.deepEqual(
    shown(state)
      .map(({ id }) => id)
      .slice(0, 2),
    ["a", REQUEST],
  );
  const begun = after(
    numbered([start({ userMessage: message("q", "a"), message: answer("r", "q") })], REQUEST),
    state,
  );
  assert.deepEqual(
    shown(begun).map(({ id }) => id),
    ["a", "q", "r"],
  );
});

test("paging away while an answer is asked for is not undone by its start", () => {
  const items = [message("q", null), answer("old", "q", { state: "complete" })];
  const state = after([
    { type: "thread.loaded", id: CHAT, items, leafId: "old" },
    { type: "regenerate.asked", ...about, messageId: "old", at: "2026-11-23T11:00:00Z" },
    { type: "branch.chosen", id: CHAT, leafId: "old" },
    ...numbered([start({ userMessage: null, message: answer("new", "q") })], REQUEST),
  ]);
  assert.equal(state.threads[CHAT]?.leafId, "old");
});
