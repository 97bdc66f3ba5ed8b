// What might be said next: when it is asked for, how often, and what becomes of it.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { reduce } from "../../../webapp/src/state/reducer.ts";
import "../dom.ts";
import { setServices } from "../../../webapp/src/actions/services.ts";
import {
  loadSuggestions,
  suggested,
  takesSuggestions,
} from "../../../webapp/src/actions/suggestions.ts";
import { createApi, type Message, type Model } from "../../../webapp/src/api/index.ts";
import { Drafts } from "../../../webapp/src/state/drafts.ts";
import { initialState } from "../../../webapp/src/state/model.ts";
import { memoryStore } from "../../../webapp/src/state/storage.ts";
import { currentPath, dispatch, setReducer, state } from "../../../webapp/src/state/store.ts";
import { answer, CHAT, end, message, numbered, start } from "../state/made.ts";

setReducer(reduce);

let asked: string[] = [];
let found: () => Response;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  asked = [];
  found = () => Response.json({ items: ["Why?", "And then?"] });
  suggested.value = {};
  state.value = { ...initialState, currentId: CHAT, me: ME, models: [MODEL] };
  const store = memoryStore();
  const api = createApi({
    initData: "",
    fetch: (async (path: string) => {
      if (path === "/api/session") return Response.json({ token: "t", user: {} });
      asked.push(path);
      return found();
    }) as typeof fetch,
  });
  setServices({
    api,
    store,
    drafts: new Drafts(store, "1"),
    owner: "1",
    botMayWrite: true,
    telegramLanguage: "",
    newId: () => "id",
    now: () => new Date(),
  });
});

const MODEL = {
  id: "grok",
  name: "Grok",
  small: false,
  allowed: true,
  capabilities: [] as string[],
} as Model;
const ME = { settings: { suggestions: true } } as NonNullable<typeof initialState.me>;

/** The answer on screen once a run has told these events. */
function answered(last = end(), modelId = "grok") {
  const first = start({
    userMessage: message("question", null),
    message: answer("answer", "question"),
  });
  const model = { type: "model" as const, modelId, modelName: "Model", fallback: false };
  dispatch(...numbered([first, model, { type: "text", text: "Because." }, last]));
  return currentPath.value.at(-1)!;
}

async function settled(): Promise<void> {
  mock.timers.tick(1_000);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

test("an answer that was watched to its good end takes replies", () => {
  assert.equal(takesSuggestions(answered()), true);
});

test("stopped, failed and interrupted answers take none", () => {
  for (const how of ["stopped", "failed", "interrupted", "limited"] as const) {
    state.value = { ...initialState, currentId: CHAT, me: ME, models: [MODEL] };
    assert.equal(takesSuggestions(answered(end({ state: how }))), false, how);
  }
});

test("a small model's answers take none, nor those of a model that is not known", () => {
  state.value = { ...state.value, models: [MODEL, { ...MODEL, id: "tiny", small: true }] };
  assert.equal(takesSuggestions(answered(end(), "tiny")), false);
  assert.equal(takesSuggestions(answered(end(), "gone")), false);
});

test("who wants none is asked for none", () => {
  const shown = answered();
  state.value = { ...state.value, me: { ...ME, settings: { ...ME.settings, suggestions: false } } };
  assert.equal(takesSuggestions(shown), false);
});

test("an old answer, opened again, takes none", () => {
  const items: Message[] = [
    message("question", null),
    answer("answer", "question", { state: "complete", text: "Old", modelId: "grok" }),
  ];
  dispatch({ type: "thread.loaded", id: CHAT, items, leafId: "answer" });
  assert.equal(takesSuggestions(currentPath.value.at(-1)!), false);
});

test("they are asked for once, and a little after the answer", async () => {
  loadSuggestions("answer");
  loadSuggestions("answer");
  assert.deepEqual(asked, []);
  await settled();
  assert.deepEqual(asked, ["/api/messages/answer/suggestions"]);
  assert.deepEqual(suggested.value, { answer: ["Why?", "And then?"] });
  loadSuggestions("answer");
  await settled();
  assert.equal(asked.length, 1);
});

test("a failure is silence", async () => {
  found = () => Response.json({ code: "rate_limited" }, { status: 429 });
  loadSuggestions("answer");
  await settled();
  assert.deepEqual(suggested.value, { answer: [] });
});
