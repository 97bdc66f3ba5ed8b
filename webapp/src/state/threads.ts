// Merges a conversation's messages from the server with the local state.
import type { ThreadEvent } from "./events.ts";
import { type ChatMessage, emptyThread, type Message, type State, type Thread } from "./model.ts";

type Loaded = Extract<ThreadEvent, { type: "thread.loaded" }>;

export function reduceThread(state: State, event: ThreadEvent): State {
  switch (event.type) {
    case "thread.loading":
      return updateThread(state, event.id, (thread) =>
        thread.status === "ready" ? thread : { ...withoutFailure(thread), status: "loading" },
      );
    case "thread.loaded":
      return updateThread(state, event.id, (thread) => loaded(thread, event));
    case "thread.failed":
      return updateThread(state, event.id, (thread) => ({
        ...thread,
        status: thread.status === "ready" ? "ready" : "failed",
        failure: event.failure,
      }));
    case "branch.chosen":
      return updateThread(state, event.id, (thread) => ({ ...thread, leafId: event.leafId }));
  }
}

/** A new state in which `change` is applied to one thread. */
export function updateThread(state: State, id: string, change: (thread: Thread) => Thread): State {
  const thread = state.threads[id] ?? emptyThread;
  const next = change(thread);
  return next === thread ? state : { ...state, threads: { ...state.threads, [id]: next } };
}

function withoutFailure({ failure: _, ...thread }: Thread): Thread {
  return thread;
}

/** The same thread if the server has nothing new, so that nothing is drawn again. */
function loaded(thread: Thread, { items, leafId: theirs }: Loaded): Thread {
  const messages = merged(thread, items);
  const leafId = chosenLeaf(thread, theirs);
  const known = Object.values(thread.messages);
  const isKnown =
    thread.status === "ready" &&
    !thread.failure &&
    leafId === thread.leafId &&
    known.length === Object.keys(messages).length &&
    known.every((message) => messages[message.id] === message);
  return isKnown ? thread : { ...withoutFailure(thread), status: "ready", messages, leafId };
}

/** The server's version, except where this device knows something newer. */
function merged(thread: Thread, items: readonly Message[]): Record<string, ChatMessage> {
  const messages: Record<string, ChatMessage> = {};
  for (const item of items) messages[item.id] = mergedMessage(thread.messages[item.id], item);
  for (const message of Object.values(thread.messages)) {
    if (message.pending && !(message.id in messages)) messages[message.id] = message;
  }
  return messages;
}

function mergedMessage(known: ChatMessage | undefined, item: Message): ChatMessage {
  if (!known) return item;
  // The page was read before the run's end and arrived after it.
  if (item.state === "running" && known.runId === item.runId && isFinal(known)) return known;
  if (!known.pending && covers(known, item)) return known;
  const { pending: _, ...kept } = known;
  return { ...kept, ...item };
}

/** Whether `known` has every member of `item`; what of a message is no text is small. A loop, since
 *  a conversation may have thousands of messages. */
function covers(known: ChatMessage, item: Message): boolean {
  for (const name in item) {
    const mine = known[name as keyof Message];
    const theirs = item[name as keyof Message];
    if (mine === theirs) continue;
    if (typeof theirs !== "object" || JSON.stringify(mine) !== JSON.stringify(theirs)) return false;
  }
  return true;
}

export const isFinal = (message: Pick<Message, "state">): boolean => message.state !== "running";

/** A pending message here decides which path is shown; otherwise the server's choice does. */
function chosenLeaf(thread: Thread, leafId: string | null): string | null {
  const own = thread.leafId === null ? undefined : thread.messages[thread.leafId];
  return own?.pending ? thread.leafId : leafId;
}
