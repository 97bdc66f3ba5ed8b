// The live copy of the emulated world: a snapshot, then changes from the event stream.
import { computed, effect, signal } from "@preact/signals";
import { isNumber, kept } from "../keep.ts";
import { logTraffic } from "../log.ts";
import { reduce } from "./reduce.ts";
import type { CallbackAnswer, Chat, Person, State, Wallet, WorldEvent } from "./types.ts";

export const world = signal<State | null>(null);
export const connected = signal(false);

/** The current person. */
export const chosenPerson = kept("person", 0, isNumber);
export const me = computed<Person | null>(() => {
  const people = world.value?.people ?? [];
  return people.find((one) => one.id === chosenPerson.value) ?? people[0] ?? null;
});
export const myId = computed(() => me.value?.id ?? 0);
export const myChat = computed(() => chatOf(myId.value));
export const myWallet = computed(() => walletOf(myId.value));

/** The group that is shown in place of the chat with the bot. */
export const chosenGroup = signal<number | null>(null);
const HERE = ["creator", "administrator", "member", "restricted"];
export const myGroups = computed(() =>
  (world.value?.groups ?? []).filter((group) =>
    group.members.some(({ user, status }) => user.id === myId.value && HERE.includes(status)),
  ),
);
export const myGroup = computed(
  () => myGroups.value.find((group) => group.id === chosenGroup.value) ?? null,
);

/** The selected topic of a forum. */
export const GENERAL = 1;
export const chosenTopic = signal(GENERAL);

export function chatOf(personId: number): Chat | null {
  return world.value?.chats.find((one) => one.head.personId === personId) ?? null;
}

export function walletOf(personId: number): Wallet | null {
  return world.value?.wallets.find((one) => one.personId === personId) ?? null;
}

/** The emulated time in milliseconds. */
export function emulatedNow(): number {
  return Date.now() + (world.value?.clock.aheadSeconds ?? 0) * 1000;
}

type Handler = (answer: CallbackAnswer) => void;
const waiting = new Map<string, Handler>();
const early = new Map<string, CallbackAnswer>();

/** Calls `handle` once with the bot's answer to a pressed button, which may have arrived already.
 */
export function onCallbackAnswer(callbackId: string, handle: Handler): void {
  const answer = early.get(callbackId);
  early.delete(callbackId);
  if (answer) handle(answer);
  else waiting.set(callbackId, handle);
}

function answered(answer: CallbackAnswer): void {
  const handle = waiting.get(answer.callbackId);
  waiting.delete(answer.callbackId);
  if (handle) handle(answer);
  else early.set(answer.callbackId, answer);
}

let source: EventSource | null = null;

/** Reads the world and follows its changes; retries until the server responds. */
export async function follow(): Promise<void> {
  source?.close();
  const state = await readState();
  if (!state) {
    connected.value = false;
    setTimeout(() => void follow(), 1000);
    return;
  }
  world.value = state;
  for (const entry of state.traffic) logTraffic(entry);
  listen(state.revision);
}

async function readState(): Promise<State | null> {
  try {
    const response = await fetch("emulator/state");
    return response.ok ? ((await response.json()) as State) : null;
  } catch {
    return null;
  }
}

function listen(revision: number): void {
  source = new EventSource(`emulator/events?after=${revision}`);
  source.onopen = () => (connected.value = true);
  source.onmessage = (message) => receive(JSON.parse(message.data as string) as WorldEvent);
  source.onerror = () => {
    connected.value = false;
    // A closed source does not reconnect by itself (the response was no event stream).
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => void follow(), 1000);
  };
}

function receive(event: WorldEvent): void {
  if (event.type === "reset") void follow();
  else if (event.type === "traffic") logTraffic(event.entry);
  else if (event.type === "callbackAnswer") answered(event);
  else if (changesGroups(event)) void follow();
  else if (world.value) world.value = reduce(world.value, event);
}

const MEMBERSHIP = [
  "new_chat_members",
  "left_chat_member",
  "new_chat_title",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
  "general_forum_topic_hidden",
  "general_forum_topic_unhidden",
] as const;

/** A group's first message, or one that says that the group itself has changed. */
function changesGroups(event: WorldEvent): boolean {
  if (event.type !== "message" || event.personId > 0 || !world.value) return false;
  const known = world.value.groups.some((group) => group.id === event.personId);
  return !known || MEMBERSHIP.some((name) => name in event.message.message);
}

// A removed person can no longer be the selected one.
effect(() => {
  const person = me.value;
  if (person && chosenPerson.peek() !== person.id) chosenPerson.value = person.id;
});
