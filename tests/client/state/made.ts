// Events and states for the tests of the state: small runs with everything in them.
import type { Message } from "../../../webapp/src/api/index.ts";
import type { AppEvent } from "../../../webapp/src/state/events.ts";
import { initialState, type State } from "../../../webapp/src/state/model.ts";
import { reduce } from "../../../webapp/src/state/reducer.ts";
import type { EndEvent, StreamEvent } from "../../../webapp/src/stream/events.ts";

export const CHAT = "chat";
export const RUN = "run";
export const REQUEST = "request";
const AT = "2026-11-23T10:00:00Z";

export function message(id: string, parentId: string | null, more: Partial<Message> = {}): Message {
  const role = more.role ?? "user";
  return { id, parentId, role, text: id, state: "complete", citations: [], createdAt: AT, ...more };
}

export const answer = (id: string, parentId: string, more: Partial<Message> = {}): Message =>
  message(id, parentId, { role: "assistant", text: "", state: "running", runId: RUN, ...more });

export const start = (
  more: { userMessage?: Message | null; message?: Message } = {},
): StreamEvent => ({
  type: "start",
  runId: RUN,
  conversationId: CHAT,
  userMessage: message("question", null, { text: "Why?" }),
  message: answer("answer", "question"),
  ...more,
});

export const end = (more: Partial<EndEvent> = {}): EndEvent => ({
  type: "end",
  state: "complete",
  ...more,
});

/** A run with one of each kind of event. */
export const EVENTS: readonly StreamEvent[] = [
  start(),
  { type: "queued", place: 2 },
  { type: "model", modelId: "grok", modelName: "Grok", fallback: false },
  { type: "reasoning", text: "Hm. " },
  { type: "activity", tool: "web_search", state: "started", query: "why" },
  { type: "activity", tool: "web_search", state: "completed", query: null },
  { type: "text", text: "Because " },
  { type: "citation", url: "https://example.org/", title: "Example", start: 0, end: 7 },
  { type: "text", text: "of the Moon." },
  { type: "notice", code: "context_cut", messageId: "question" },
  end({ remaining: 4 }),
];

/** Stream events as the reducer gets them; numbers begin at 1. */
export const numbered = (events: readonly StreamEvent[], requestId?: string): AppEvent[] =>
  events.map((event, index) => ({
    type: "run",
    runId: RUN,
    seq: index + 1,
    event,
    ...(requestId ? { requestId } : {}),
  }));

export const after = (events: readonly AppEvent[], from: State = initialState): State =>
  events.reduce(reduce, from);

export const asked = (more: Partial<Extract<AppEvent, { type: "send.asked" }>> = {}): AppEvent => ({
  type: "send.asked",
  conversationId: CHAT,
  requestId: REQUEST,
  parentId: null,
  text: "Why?",
  at: AT,
  queued: false,
  ...more,
});
