// A run's numbered events → state. Live and resumed streams share it: an event whose number was
// already applied changes nothing, so overlaps and repeats are harmless. Text gathers in the run,
// not in the thread, so that the message tree stays the same object (and nothing is drawn again)
// while an answer streams.
import type { EndEvent, StartEvent, StreamEvent } from "../stream/events.ts";
import type { RunEvent } from "./events.ts";
import type { Activity, Card, ChatMessage, Message, Run, State, Thread } from "./model.ts";
import { dropped, placeholderId, updateMessage } from "./requests.ts";
import { updateThread } from "./threads.ts";

export function reduceRun(state: State, { runId, seq, event, requestId, at }: RunEvent): State {
  const known = state.runs[runId];
  if (known && seq <= known.lastSeq) return repeated(state, event, requestId);
  if (event.type === "start") return started(state, event, seq, requestId);
  if (!known || known.phase === "ended") return state;
  const run = advanced({ ...known, lastSeq: seq }, event, at);
  const next = { ...state, runs: { ...state.runs, [runId]: run } };
  return event.type === "end" ? ended(next, run, event) : noted(next, run, event);
}

/** Changes nothing but the pending request, which is confirmed by this event. */
function repeated(state: State, event: StreamEvent, requestId?: string): State {
  if (event.type !== "start" || !requestId) return state;
  return updateThread(state, event.conversationId, (thread) => {
    const next = dropped(thread, requestId);
    return next === thread ? thread : { ...next, leafId: event.message.id };
  });
}

/** The first event; also repeated to a reader that has to start over. */
function started(state: State, event: StartEvent, seq: number, requestId?: string): State {
  const run: Run = {
    id: event.runId,
    conversationId: event.conversationId,
    messageId: event.message.id,
    lastSeq: seq,
    phase: "thinking",
    place: null,
    text: event.message.text,
    reasoning: "",
    activities: [],
    unread: [],
  };
  const next = updateThread(state, run.conversationId, (thread) =>
    confirmed(thread, event, requestId),
  );
  return { ...next, runs: { ...next.runs, [run.id]: run } };
}

/** Replaces the optimistic messages by the server's, under the same view keys. */
function confirmed(thread: Thread, event: StartEvent, requestId?: string): Thread {
  const { userMessage, message } = event;
  const pendingId = requestId ? placeholderId(requestId) : "";
  const wasHere = thread.leafId === pendingId || thread.leafId === requestId;
  const cleared = requestId ? dropped(thread, requestId) : thread;
  const answer: ChatMessage = {
    ...viewKey(thread, message.id, requestId && pendingId),
    ...message,
    state: "running",
    runId: event.runId,
  };
  const question = userMessage && {
    ...viewKey(thread, userMessage.id, requestId),
    ...userMessage,
  };
  const messages = { ...cleared.messages, [answer.id]: answer };
  if (question) messages[question.id] = question;
  const leafId = wasHere || !requestId ? answer.id : cleared.leafId;
  return { ...cleared, status: "ready", messages, leafId };
}

/** The key under which `id` is drawn, or that of the message it replaces. */
function viewKey(thread: Thread, id: string, replaced?: string): { viewKey?: string } {
  const drawn = thread.messages[id] ?? (replaced ? thread.messages[replaced] : undefined);
  return drawn?.viewKey ? { viewKey: drawn.viewKey } : {};
}

function advanced(run: Run, event: StreamEvent, at = 0): Run {
  switch (event.type) {
    case "queued":
      return { ...run, phase: "queued", place: event.place };
    case "model":
      return { ...run, phase: "thinking", place: null };
    case "text":
      return {
        ...thoughtUntil(run, at),
        phase: "answering",
        place: null,
        text: run.text + event.text,
      };
    case "reasoning": {
      const reasoning = run.reasoning + event.text;
      return { ...run, phase: thinking(run), reasoning, thoughtFrom: run.thoughtFrom ?? at };
    }
    case "text_was_reasoning":
      return takenBack(run, event.start, at);
    case "text_withdrawn": {
      const text = Array.from(run.text).slice(0, event.start).join("");
      return { ...run, text, reasoning: "", activities: [] };
    }
    case "activity":
      return { ...run, phase: thinking(run), activities: withActivity(run.activities, event) };
    case "notice":
      if (!event.url) return run;
      return { ...run, unread: [...run.unread, { code: event.code, url: event.url }] };
    case "end":
      return { ...thoughtUntil(run, at), phase: "ended", place: null };
    default:
      return run;
  }
}

/** Moves text shown as the answer to the reasoning, which continues. */
function takenBack(run: Run, start: number, at: number): Run {
  const letters = Array.from(run.text);
  const { thoughtTo: _, ...open } = run;
  return {
    ...open,
    phase: "thinking",
    text: letters.slice(0, start).join(""),
    reasoning: run.reasoning + letters.slice(start).join(""),
    thoughtFrom: run.thoughtFrom ?? at,
  };
}

/** Thinking ends where the answer's text begins. */
const thoughtUntil = (run: Run, at: number): Run =>
  run.thoughtFrom !== undefined && run.thoughtTo === undefined ? { ...run, thoughtTo: at } : run;

const thinking = (run: Run): Run["phase"] => (run.text ? run.phase : "thinking");

function withActivity(
  activities: readonly Activity[],
  { tool, state, query }: { tool: string; state: string; query: string | null },
): Activity[] {
  if (state === "started") return [...activities, { tool, query, done: false }];
  const index = activities.findIndex((activity) => activity.tool === tool && !activity.done);
  if (index < 0) return [...activities, { tool, query, done: true }];
  return activities.map((activity, i) =>
    i === index ? { ...activity, done: true, query: query ?? activity.query } : activity,
  );
}

/** Handles events about the message rather than its text. */
function noted(state: State, run: Run, event: StreamEvent): State {
  switch (event.type) {
    case "model":
      return onAnswer(state, run, (message) => ({
        ...message,
        modelId: event.modelId,
        modelName: event.modelName,
        fallback: event.fallback,
      }));
    case "citation":
      return onAnswer(state, run, (message) => ({
        ...message,
        citations: withCitation(message.citations, event),
      }));
    case "text_withdrawn":
    case "text_was_reasoning":
      return onAnswer(state, run, (message) => ({
        ...message,
        citations: message.citations.filter(({ end }) => end === null || end <= event.start),
      }));
    case "attachment":
      return updateThread(state, run.conversationId, (thread) =>
        updateMessage(thread, event.messageId, (message) => withFile(message, event.file)),
      );
    case "notice":
      if (event.code !== "context_cut" || !event.messageId) return state;
      return updateThread(state, run.conversationId, (thread) => ({
        ...thread,
        cutAt: event.messageId ?? null,
      }));
    default:
      return state;
  }
}

/** Adds a file, unless a `start` event has already included it. */
function withFile(message: ChatMessage, file: Card): ChatMessage {
  const files = message.attachments ?? [];
  if (files.some(({ id }) => id === file.id)) return message;
  return { ...message, attachments: [...files, file] };
}

function withCitation(
  citations: Message["citations"],
  { url, title, start, end }: Message["citations"][number],
): Message["citations"] {
  return [...citations, { url, title, start, end }];
}

function ended(state: State, run: Run, event: EndEvent): State {
  const next = onAnswer(state, run, (message) => {
    const { failure: _, errorCode: __, ...kept } = message;
    const answer: ChatMessage = { ...kept, text: run.text, state: event.state };
    if (!event.errorCode) return answer;
    const { errorCode: code, errorTitle = code, errorDetail = "", retryAfter } = event;
    const failure = { code, title: errorTitle, detail: errorDetail };
    return {
      ...answer,
      errorCode: code,
      failure: retryAfter === undefined ? failure : { ...failure, retryAfter },
    };
  });
  return withRemaining(next, event.remaining);
}

function withRemaining(state: State, remaining: number | null | undefined): State {
  if (!state.me || remaining === undefined || remaining === null) return state;
  const quota = { ...state.me.quota, remaining, used: state.me.quota.limit - remaining };
  return { ...state, me: { ...state.me, quota } };
}

function onAnswer(state: State, run: Run, change: (message: ChatMessage) => ChatMessage): State {
  return updateThread(state, run.conversationId, (thread) =>
    updateMessage(thread, run.messageId, change),
  );
}
