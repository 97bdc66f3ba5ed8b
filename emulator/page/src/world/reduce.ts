// Applies one change of the emulated world, as a pure function: (state, event) → state. Every event
// carries the new value of what changed as a whole, so applying one twice does no harm.
import type { Chat, ChatHead, ChatMessage, Group, State, WorldEvent } from "./types.ts";

/** The state after `event`. Events that change no state (traffic, answers) return it unchanged. */
export function reduce(state: State, event: WorldEvent): State {
  switch (event.type) {
    case "bot":
      return { ...state, bot: event.bot, botStars: event.stars };
    case "person":
      return { ...state, people: put(state.people, event.person, (one) => one.id) };
    case "personRemoved":
      return withoutPerson(state, event.personId);
    case "chat":
      return { ...state, chats: withHead(state.chats, event.chat) };
    case "message":
      return inChat(state, event.personId, (chat) => ({
        ...chat,
        messages: put(chat.messages, event.message, (one) => one.id),
      }));
    case "messagesDeleted":
      return inChat(state, event.personId, (chat) => ({
        ...chat,
        messages: chat.messages.filter((one) => !event.ids.includes(one.id)),
      }));
    case "draft":
      return inChat(state, event.personId, (chat) => ({
        ...chat,
        drafts: put(chat.drafts, event.draft, (one) => one.draftId),
      }));
    case "draftEnded":
      return inChat(state, event.personId, (chat) => ({
        ...chat,
        drafts: chat.drafts.filter((one) => one.draftId !== event.draftId),
      }));
    case "ephemeral":
      return { ...state, groups: withEphemeral(state.groups, event) };
    case "wallet":
      return { ...state, wallets: put(state.wallets, event.wallet, (one) => one.personId) };
    case "checkout":
      return { ...state, checkouts: put(state.checkouts, event.checkout, (one) => one.id) };
    case "shared":
      return { ...state, shared: put(state.shared, event.message, (one) => one.inlineMessageId) };
    case "clock":
      return { ...state, clock: event.clock };
    case "faults":
      return { ...state, faults: event.faults };
    case "webhook":
      return { ...state, webhook: event.webhook };
    default:
      return state;
  }
}

/** Replaces the item with the same key, or adds it at the end. */
function put<T>(items: T[], item: T, key: (item: T) => unknown): T[] {
  const at = items.findIndex((one) => key(one) === key(item));
  return at < 0 ? [...items, item] : items.map((one, index) => (index === at ? item : one));
}

function inChat(state: State, personId: number, change: (chat: Chat) => Chat): State {
  const groups = state.groups.map((group) =>
    group.id === personId ? { ...group, messages: messagesAfter(group, change) } : group,
  );
  const chats = state.chats.map((chat) => (chat.head.personId === personId ? change(chat) : chat));
  return { ...state, chats, groups };
}

/** A group's messages after a change that an event describes for a chat. */
function messagesAfter(group: Group, change: (chat: Chat) => Chat): ChatMessage[] {
  const asChat = { messages: group.messages, drafts: [] } as unknown as Chat;
  return change(asChat).messages;
}

function withEphemeral(groups: Group[], event: WorldEvent & { type: "ephemeral" }): Group[] {
  return groups.map((one) =>
    one.id === event.chatId ? { ...one, ephemeral: event.messages } : one,
  );
}

function withHead(chats: Chat[], head: ChatHead): Chat[] {
  const known = chats.find((chat) => chat.head.personId === head.personId);
  const chat = known ? { ...known, head } : { head, messages: [], drafts: [] };
  return put(chats, chat, (one) => one.head.personId);
}

function withoutPerson(state: State, personId: number): State {
  const others = <T extends { personId: number }>(items: T[]) =>
    items.filter((one) => one.personId !== personId);
  return {
    ...state,
    people: state.people.filter((one) => one.id !== personId),
    chats: state.chats.filter((one) => one.head.personId !== personId),
    wallets: others(state.wallets),
    checkouts: others(state.checkouts),
    shared: others(state.shared),
  };
}
