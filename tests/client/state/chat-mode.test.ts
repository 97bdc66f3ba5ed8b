// What sets a chat apart: its id says that it is temporary, and whom it may be sent to.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { uuid7 } from "../../../webapp/src/api/index.ts";
import {
  isServerOnly,
  isTemporary,
  isTemporaryId,
  mayAsk,
  nextServerOnly,
  nextTemporary,
  resetChatMode,
  temporaryId,
} from "../../../webapp/src/state/chat-mode.ts";
import { initialState, type Model } from "../../../webapp/src/state/model.ts";
import { activeModel, state } from "../../../webapp/src/state/store.ts";

const model = (id: string, here: boolean) =>
  ({ id, name: id, allowed: true, here, capabilities: [] }) as unknown as Model;
const [home, abroad] = [model("home", true), model("abroad", false)];
const at = "2026-11-29T10:00:00Z";
const chat = (id: string, serverOnly: boolean) => ({
  id,
  title: null,
  pinned: false,
  createdAt: at,
  updatedAt: at,
  serverOnly,
});

afterEach(() => {
  state.value = initialState;
  resetChatMode();
});

test("a temporary chat's id is a UUIDv8 made of a new one", () => {
  const id = uuid7();
  assert.equal(isTemporaryId(id), false);
  const temporary = temporaryId(id);
  assert.equal(isTemporaryId(temporary), true);
  assert.match(temporary, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(temporary.length, id.length);
});

test("the open chat decides, and before it is there what was chosen for it", () => {
  nextTemporary.value = true;
  nextServerOnly.value = true;
  assert.deepEqual([isTemporary.value, isServerOnly.value], [true, true]);
  state.value = { ...initialState, conversations: { a: chat("a", false) }, currentId: "a" };
  assert.deepEqual([isTemporary.value, isServerOnly.value], [false, false]);
});

test("a chat of this server only is answered by a model of this server, whatever is preferred", () => {
  const shown = { ...initialState, models: [abroad, home], defaultModelId: "abroad" };
  state.value = { ...shown, conversations: { a: chat("a", true) }, currentId: "a" };
  assert.equal(activeModel.value?.id, "home");
  assert.deepEqual([mayAsk(abroad), mayAsk(home)], [false, true]);
  state.value = { ...shown, conversations: { a: chat("a", false) }, currentId: "a" };
  assert.equal(activeModel.value?.id, "abroad");
});
