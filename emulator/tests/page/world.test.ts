// The page's copy of the world, and its log.
import "./dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { append, filterRows, type Row } from "../../page/src/log.ts";
import { reduce } from "../../page/src/world/reduce.ts";
import type { Chat, State, WorldEvent } from "../../page/src/world/types.ts";

const head = {
  personId: 1,
  started: false,
  blocked: false,
  writeAccess: false,
  commands: [],
  menuButton: { type: "default" as const },
  replyKeyboard: null,
  action: null,
  actionUntil: null,
};

function world(): State {
  const chat: Chat = { head, messages: [], drafts: [] };
  return {
    people: [],
    chats: [chat],
    wallets: [],
    checkouts: [],
    shared: [],
    groups: [],
  } as unknown as State;
}

const draft = {
  draftId: 5,
  expiresAt: "2026-11-23T00:00:30Z",
  messageThreadId: null,
  text: "half",
  entities: [],
  richMessage: null,
  canStop: true,
  keepOnStop: false,
  stopped: false,
};

const message = (id: number, text: string): WorldEvent => ({
  type: "message",
  personId: 1,
  message: {
    id,
    outgoing: false,
    paid: false,
    botReaction: null,
    reactions: {},
    message: { message_id: id, date: 0, text },
  },
});

test("a message with a known id is changed in place, a new one comes last", () => {
  let state = [message(1, "a"), message(2, "b"), message(1, "edited")].reduce(reduce, world());
  assert.deepEqual(
    state.chats[0]?.messages.map((one) => one.message.text),
    ["edited", "b"],
  );
  state = reduce(state, { type: "messagesDeleted", personId: 1, ids: [1] });
  assert.deepEqual(
    state.chats[0]?.messages.map((one) => one.id),
    [2],
  );
});

test("applying any event twice does no harm", () => {
  const events: WorldEvent[] = [
    message(1, "a"),
    { type: "draft", personId: 1, draft },
    { type: "draftEnded", personId: 1, draftId: 5 },
    { type: "chat", chat: { ...head, started: true } },
    { type: "wallet", wallet: { personId: 1, balance: 5, entries: [], subscriptions: [] } },
    { type: "personRemoved", personId: 2 },
  ];
  for (const event of events) {
    const once = reduce(world(), event);
    assert.deepEqual(reduce(once, event), once);
  }
});

test("a draft grows in place and leaves at its end", () => {
  let state = reduce(world(), { type: "draft", personId: 1, draft });
  state = reduce(state, { type: "draft", personId: 1, draft: { ...draft, text: "whole" } });
  assert.deepEqual(
    state.chats[0]?.drafts.map((one) => one.text),
    ["whole"],
  );
  state = reduce(state, { type: "draftEnded", personId: 1, draftId: 5 });
  assert.deepEqual(state.chats[0]?.drafts, []);
});

test("a removed person takes chat and wallet along", () => {
  const rich = reduce(world(), {
    type: "wallet",
    wallet: { personId: 1, balance: 5, entries: [], subscriptions: [] },
  });
  const state = reduce(rich, { type: "personRemoved", personId: 1 });
  assert.deepEqual([state.chats, state.wallets], [[], []]);
});

const row = (name: string, channel: Row["channel"] = "call", data: unknown = null): Row => ({
  key: name,
  at: 0,
  channel,
  name,
  ok: true,
  note: "",
  data,
  answer: null,
});

test("the log keeps the newest rows and no more than it may", () => {
  let rows: Row[] = [];
  for (let n = 0; n < 700; n += 1) rows = append(rows, row(`r${n}`));
  assert.equal(rows.length, 500);
  assert.deepEqual([rows[0]?.name, rows.at(-1)?.name], ["r200", "r699"]);
});

test("the filter looks at names and data, and leaves out hidden kinds", () => {
  const rows = [
    row("sendMessage", "call", { text: "Hello" }),
    row("message", "update"),
    row("web_app_ready", "toClient"),
  ];
  const names = (text: string, hidden: string[] = []) =>
    filterRows(rows, text, new Set(hidden)).map((one) => one.name);
  assert.deepEqual(names("hello"), ["sendMessage"]);
  assert.deepEqual(names("MESSAGE"), ["sendMessage", "message"]);
  assert.deepEqual(names("", ["update"]), ["sendMessage", "web_app_ready"]);
});
