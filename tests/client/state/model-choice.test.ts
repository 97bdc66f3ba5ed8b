// Which model the next question goes to.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Model } from "../../../webapp/src/state/model.ts";
import { initialState } from "../../../webapp/src/state/model.ts";
import {
  activeModel,
  dispatch,
  pickModel,
  state,
  usualModel,
} from "../../../webapp/src/state/store.ts";
import { message } from "./made.ts";

const model = (id: string): Model => ({
  id,
  name: id,
  provider: "example",
  capabilities: [],
  priceClass: "free",
  contextTokens: 1000,
  allowed: true,
  small: false,
  simulated: false,
  fails: false,
  note: null,
  here: true,
  policy: { region: null, retentionDays: null, trains: null } as Model["policy"],
});

/** An open conversation whose answer is by this model, as the server tells of it. */
function openAnswered(id: string, modelId: string): void {
  const items = [
    message(`${id}-question`, null),
    message(`${id}-answer`, `${id}-question`, { role: "assistant", modelId }),
  ];
  dispatch(
    { type: "thread.loaded", id, items, leafId: `${id}-answer` },
    { type: "conversation.opened", id },
  );
}

beforeEach(() => {
  state.value = { ...initialState, models: ["first", "second", "third"].map(model) };
  state.value = { ...state.value, defaultModelId: "first" };
  pickModel(null);
});

test("a conversation goes on with the model that answered in it, wherever it was picked", () => {
  openAnswered("phone", "second");
  assert.equal(activeModel.value?.id, "second");
  assert.equal(usualModel.value?.id, "first");
  dispatch({ type: "conversation.opened", id: null });
  assert.equal(activeModel.value?.id, "first");
});

test("a model that is picked in a conversation is asked there, and in new chats", () => {
  openAnswered("phone", "second");
  pickModel("third");
  assert.equal(activeModel.value?.id, "third");
  dispatch({ type: "conversation.opened", id: null });
  assert.equal(activeModel.value?.id, "third");
  openAnswered("laptop", "second");
  assert.equal(activeModel.value?.id, "second");
});

test("a model that may not be asked any more is replaced", () => {
  openAnswered("old", "gone");
  assert.equal(activeModel.value?.id, "first");
});
