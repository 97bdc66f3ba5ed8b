// The list of conversations: its pages, searching it, and changes to one conversation.
import type { ListEvent } from "./events.ts";
import type { Conversation, ConversationList, State } from "./model.ts";

export function reduceList(state: State, event: ListEvent): State {
  switch (event.type) {
    case "list.loading":
      return withList(state, { status: event.more ? "more" : "loading", query: event.query });
    case "list.loaded":
      return loaded(state, event);
    case "list.failed":
      return withList(state, { status: "failed", failure: event.failure });
    case "conversation.changed":
      return changed(state, event.id, event.change);
    case "conversation.made":
      return made(state, event.conversation);
    case "conversation.removed":
      return removed(state, event.id);
    case "conversation.opened":
      return { ...state, currentId: event.id };
  }
}

function withList(state: State, change: Partial<ConversationList>): State {
  const { failure: _, ...list } = state.list;
  return { ...state, list: { ...list, ...change } };
}

/** A page of an older search is dropped: the reader has continued typing. */
function loaded(state: State, event: Extract<ListEvent, { type: "list.loaded" }>): State {
  if (event.query !== state.list.query) return state;
  const conversations = { ...state.conversations };
  for (const item of event.items) conversations[item.id] = item;
  const kept = event.more ? state.list.ids : [];
  const ids = [...new Set([...kept, ...event.items.map((item) => item.id)])];
  const next = withList(state, { status: "ready", ids, nextCursor: event.nextCursor });
  return { ...next, conversations };
}

function changed(state: State, id: string, change: Partial<Conversation>): State {
  const known = state.conversations[id];
  if (!known) return state;
  return { ...state, conversations: { ...state.conversations, [id]: { ...known, ...change } } };
}

/** A new conversation goes on top, unless the list shows the result of a search. */
function made(state: State, conversation: Conversation): State {
  const conversations = { ...state.conversations, [conversation.id]: conversation };
  const others = state.list.ids.filter((id) => id !== conversation.id);
  const ids = state.list.query ? state.list.ids : [conversation.id, ...others];
  return { ...withList(state, { ids }), conversations };
}

function removed(state: State, id: string): State {
  const { [id]: _conversation, ...conversations } = state.conversations;
  const { [id]: _thread, ...threads } = state.threads;
  const ids = state.list.ids.filter((other) => other !== id);
  const currentId = state.currentId === id ? null : state.currentId;
  return { ...withList(state, { ids }), conversations, threads, currentId };
}
