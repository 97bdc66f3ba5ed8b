// What other devices, and the bot, do is shown at once.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { reduce } from "../../../webapp/src/state/reducer.ts";
import "../dom.ts";
import { take } from "../../../webapp/src/actions/live.ts";
import { setServices } from "../../../webapp/src/actions/services.ts";
import { type Conversation, createApi } from "../../../webapp/src/api/index.ts";
import { Drafts } from "../../../webapp/src/state/drafts.ts";
import { initialState } from "../../../webapp/src/state/model.ts";
import { memoryStore } from "../../../webapp/src/state/storage.ts";
import { setReducer, state } from "../../../webapp/src/state/store.ts";
import { type PersonEvent, readPersonEvents } from "../../../webapp/src/stream/person-events.ts";
import { CHAT } from "../state/made.ts";

setReducer(reduce);

const store = memoryStore();
let read: string[] = [];
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const at = "2026-11-29T12:00:00Z";
const conversation = (id: string, title: string): Conversation =>
  ({ id, title, pinned: false, createdAt: at, updatedAt: at }) as Conversation;

beforeEach(() => {
  read = [];
  state.value = { ...initialState, currentId: CHAT };
  const api = {
    ...createApi({ initData: "" }),
    conversation: async (id: string) => conversation(id, "Told"),
    messages: async (id: string) => {
      read.push(id);
      return { items: [], leafId: null };
    },
  };
  setServices({
    api: api as unknown as ReturnType<typeof createApi>,
    store,
    drafts: new Drafts(store, "1"),
    owner: "1",
    botMayWrite: true,
    telegramLanguage: "",
    newId: () => "id",
    now: () => new Date(),
  });
});

const run = (conversationId: string): Exclude<PersonEvent, { type: "ready" }> => ({
  type: "run",
  conversationId,
  runId: "r",
  messageId: "m",
  state: "running",
});

test("a turn made elsewhere is read where it is shown, and put on top of the list", async () => {
  take(run(CHAT));
  take(run("elsewhere"));
  await settled();
  assert.deepEqual(read, [CHAT]);
  assert.deepEqual(new Set(state.value.list.ids), new Set([CHAT, "elsewhere"]));
});

test("a new name is shown, and a deleted chat is gone", async () => {
  take({ type: "conversation", conversationId: "other" });
  await settled();
  assert.equal(state.value.conversations["other"]?.title, "Told");
  take({ type: "removed", conversationId: "other" });
  assert.equal(state.value.conversations["other"], undefined);
});

test("a lost connection is opened again, and says so with another `ready`", async () => {
  const told: PersonEvent[] = [];
  const controller = new AbortController();
  let opened = 0;
  await readPersonEvents({
    open: async () => {
      opened += 1;
      return new Response('data: {"type":"ready"}\n\n');
    },
    onEvent: (event) => {
      told.push(event);
      if (told.length === 3) controller.abort();
    },
    signal: controller.signal,
    wait: async () => undefined,
  });
  assert.equal(opened, 3);
  assert.deepEqual(told, Array(3).fill({ type: "ready" }));
});

test("a server that does not answer is told after a few tries, and again when it does", async () => {
  const told: boolean[] = [];
  const controller = new AbortController();
  let tries = 0;
  await readPersonEvents({
    open: async () => {
      tries += 1;
      if (tries < 6) throw new TypeError("Failed to fetch");
      return new Response('data: {"type":"ready"}\n\n');
    },
    onEvent: () => controller.abort(),
    onDelay: (thrown) => told.push(thrown !== null),
    signal: controller.signal,
    wait: async () => undefined,
  });
  assert.deepEqual(told, [true, true, false]);
});
