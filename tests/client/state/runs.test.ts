// The reducer's laws for runs: live and resumed are one, repeats change nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { initialState, type State } from "../../../webapp/src/state/model.ts";
import { path } from "../../../webapp/src/state/tree.ts";
import {
  after,
  answer,
  asked,
  CHAT,
  EVENTS,
  end,
  message,
  numbered,
  REQUEST,
  RUN,
  start,
} from "./made.ts";

const thread = (state: State) => state.threads[CHAT]!;
const shown = (state: State) => path(thread(state).messages, thread(state).leafId);

test("a run's events build the answer with its model, sources, thinking and end", () => {
  const state = after(numbered(EVENTS));
  const [question, reply] = shown(state);
  assert.equal(question?.text, "Why?");
  assert.equal(reply?.text, "Because of the Moon.");
  assert.equal(reply?.state, "complete");
  assert.equal(reply?.modelName, "Grok");
  assert.equal(reply?.citations.length, 1);
  assert.equal(thread(state).cutAt, "question");
  const run = state.runs[RUN]!;
  assert.deepEqual(run.activities, [{ tool: "web_search", query: "why", done: true }]);
  assert.equal(run.reasoning, "Hm. ");
  assert.equal(run.phase, "ended");
});

test("however a stream is cut, repeated and resumed, the state is that of one clean reading", () => {
  const whole = after(numbered(EVENTS));
  const events = numbered(EVENTS);
  // Each reading begins anywhere at or before the point reached, as after a reconnect.
  const readings = fc.array(fc.tuple(fc.nat(events.length), fc.nat(events.length)), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(readings, (cuts) => {
      let state = initialState;
      let reached = 0;
      for (const [from, length] of [...cuts, [0, events.length] as const]) {
        const begin = Math.min(from, reached);
        state = after(events.slice(begin, begin + length), state);
        reached = Math.max(reached, begin + length);
      }
      assert.deepEqual(state, whole);
    }),
  );
});

test("a second device that reads a stored conversation and joins sees what the first sees", () => {
  const first = after(numbered(EVENTS));
  const stored = [
    message("question", null, { text: "Why?" }),
    answer("answer", "question", { text: "Beca" }),
  ];
  const second = after([
    { type: "thread.loaded", id: CHAT, items: stored, leafId: "answer" },
    ...numbered(EVENTS),
  ]);
  assert.deepEqual(shown(second), shown(first));
  assert.deepEqual(second.runs, first.runs);
});

test("text that streams leaves the message tree the same object, so nothing is drawn again", () => {
  const before = after(numbered(EVENTS).slice(0, 3));
  const later = after(
    [{ type: "run", runId: RUN, seq: 4, event: { type: "text", text: "Be" } }],
    before,
  );
  assert.equal(later.threads, before.threads);
  assert.equal(later.runs[RUN]?.text, "Be");
});

test("the server's messages take the optimistic ones' place under the same view keys", () => {
  const waiting = after([asked()]);
  assert.deepEqual(
    shown(waiting).map(({ role }) => role),
    ["user", "assistant"],
  );
  const begun = after(numbered([start()], REQUEST), waiting);
  assert.deepEqual(
    shown(begun).map(({ id }) => id),
    ["question", "answer"],
  );
  assert.deepEqual(
    shown(begun).map(({ viewKey }) => viewKey),
    shown(waiting).map(({ viewKey }) => viewKey),
  );
  assert.equal(Object.keys(thread(begun).messages).length, 2);
});

test("a request that turns out to have arrived before leaves no second copy of itself", () => {
  const known = after(numbered(EVENTS.slice(0, 7)));
  const again = after([asked({ parentId: null }), ...numbered([start()], REQUEST)], known);
  assert.deepEqual(
    shown(again).map(({ id }) => id),
    ["question", "answer"],
  );
  assert.equal(
    Object.values(thread(again).messages).some(({ pending }) => pending),
    false,
  );
  assert.equal(again.runs[RUN]?.text, "Because ");
});

test("continuing goes on in the same message, from the text it had", () => {
  const cut = after(
    numbered([start(), { type: "text", text: "One, " }, end({ state: "interrupted" })]),
  );
  const goesOn = after(
    [{ type: "continue.asked", conversationId: CHAT, requestId: "more", messageId: "answer" }],
    cut,
  );
  const message_ = answer("answer", "question", { text: "One, ", runId: "run2" });
  const second = [
    {
      type: "start" as const,
      runId: "run2",
      conversationId: CHAT,
      userMessage: null,
      message: message_,
    },
    { type: "text" as const, text: "two." },
    end(),
  ];
  const done = after(
    second.map((event, i) => ({
      type: "run" as const,
      runId: "run2",
      seq: i + 1,
      event,
      requestId: "more",
    })),
    goesOn,
  );
  assert.equal(shown(done).at(-1)?.text, "One, two.");
  assert.equal(shown(done).length, 2);
  assert.equal(shown(done).at(-1)?.pending, undefined);
});

test("a failed end keeps the text and carries the server's wording", () => {
  const failed = end({
    state: "interrupted",
    errorCode: "provider_unavailable",
    errorTitle: "Gone",
    errorDetail: "Later.",
  });
  const state = after(numbered([start(), { type: "text", text: "So far" }, failed]));
  const reply = shown(state).at(-1);
  assert.equal(reply?.text, "So far");
  assert.deepEqual(reply?.failure, {
    code: "provider_unavailable",
    title: "Gone",
    detail: "Later.",
  });
});

test("a page that was read before the end and arrives after it does not undo the end", () => {
  const done = after(numbered(EVENTS));
  const late = [message("question", null), answer("answer", "question", { text: "Beca" })];
  const state = after([{ type: "thread.loaded", id: CHAT, items: late, leafId: "answer" }], done);
  assert.equal(shown(state).at(-1)?.state, "complete");
  assert.equal(shown(state).at(-1)?.text, "Because of the Moon.");
});

test("the end tells what is left of the quota", () => {
  const me = {
    user: { id: 1 },
    language: "en",
    plan: {
      id: "a",
      name: "A",
      renewsAt: null,
      renewal: null,
      searches: false,
      images: false,
      filesAMessage: 2,
      fileMegabytes: 5,
    },
    quota: { limit: 20, used: 3, remaining: 17, credits: 0, renewsAt: "2026-11-24T00:00:00Z" },
    settings: {
      handOff: true,
      suggestions: true,
      redactOthers: false,
      interactiveCards: false,
      joinQuestions: false,
      modelId: null,
      customInstructions: null,
      retentionDays: null,
      personaId: "tanya",
      language: null,
      spendingCapMicroDollars: null,
    },
    operator: false,
  };
  const state = after([{ type: "me.loaded", me }, ...numbered(EVENTS)]);
  assert.deepEqual(state.me?.quota, {
    limit: 20,
    used: 16,
    remaining: 4,
    credits: 0,
    renewsAt: "2026-11-24T00:00:00Z",
  });
});

test("text that turns out to be thinking goes over to the thoughts, by code points", () => {
  const [begin, ...rest] = [
    start({ message: answer("answer", "question", { text: "😀 Before. " }) }),
    { type: "text" as const, text: "The person 😀 greets." },
    { type: "citation" as const, url: "https://a.example/", title: "A", start: 12, end: 16 },
    { type: "text_was_reasoning" as const, start: 10 },
  ];
  const taken = after(numbered([begin!, ...rest]));
  assert.equal(taken.runs[RUN]?.text, "😀 Before. ");
  assert.equal(taken.runs[RUN]?.reasoning, "The person 😀 greets.");
  assert.equal(taken.runs[RUN]?.phase, "thinking");
  assert.equal(shown(taken)[1]?.citations.length, 0);
  const done = after(numbered([begin!, ...rest, { type: "text", text: "Hello!" }, end()]));
  assert.equal(shown(done)[1]?.text, "😀 Before. Hello!");
  assert.equal(done.runs[RUN]?.thoughtTo, 0);
});

test("what moderation takes back leaves nothing on the screen but what was there before", () => {
  const begun = [
    start({ message: answer("answer", "question", { text: "😀 Before. " }) }),
    { type: "reasoning" as const, text: "a thought" },
    { type: "text" as const, text: "refused" },
    { type: "citation" as const, url: "https://a.example/", title: "A", start: 12, end: 16 },
    { type: "text_withdrawn" as const, start: 10 },
  ];
  const taken = after(numbered(begun));
  assert.equal(taken.runs[RUN]?.text, "😀 Before. ");
  assert.equal(taken.runs[RUN]?.reasoning, "");
  assert.equal(shown(taken)[1]?.citations.length, 0);
});
