// This device's copy of the last conversations, for reading offline: shown before the server
// answers, and updated once it has.
import { effect } from "@preact/signals";
import type { Conversation, Me, Message, Model, User } from "../api/index.ts";
import { speak } from "../i18n/language.ts";
import { isTemporaryId } from "../state/chat-mode.ts";
import type { Thread } from "../state/model.ts";
import { clearOutbox, readOutbox } from "../state/outbox.ts";
import { SealedStore } from "../state/sealed-store.ts";
import {
  conversations,
  currentId,
  currentThread,
  dispatch,
  list,
  me,
  models,
  pickedModelId,
  state,
} from "../state/store.ts";
import { deviceKey, forgetDeviceKey } from "./device-key.ts";
import { sendOutbox } from "./messages.ts";
import { services } from "./services.ts";

/** What the first screen shows, and for whose session it was stored. */
interface Home {
  readonly epoch: string;
  readonly user: User;
  readonly me: Me | null;
  readonly models: readonly Model[];
  readonly defaultModelId: string | null;
  readonly conversations: readonly Conversation[];
}

interface KeptThread {
  readonly updatedAt: string;
  readonly items: readonly Message[];
  readonly leafId: string | null;
}

const HOME = "home";
const THREAD = "thread:";
const SAVE_AFTER = 500;
const KEPT = 30;
/** Conversations that are read although nobody opened them here: for the copy, and so that they open
 *  without a wait. */
const READ_AHEAD = 5;
/** After these errors the person's texts are removed from the device. */
const GONE = ["launch_before_sign_out", "launch_before_erasure", "erasure_under_way"];

/** The threads as they are stored. */
const saved = new Map<string, Thread>();
/** The threads that were read ahead and not opened yet, as of which change. */
const readAhead = new Map<string, string>();
let stopped = false;

/** Shows the copy until the server answers, and stores its answers from then on. */
export async function keepDeviceCopy(): Promise<void> {
  const { owner } = services();
  const store = await SealedStore.open(await deviceKey(owner), owner);
  const home = await store.read<Home>(HOME);
  if (home) showHome(home);
  effect(() => {
    const id = currentId.value;
    if (!id) return;
    readAhead.delete(id);
    if (!isShown(id)) void showThread(store, id);
  });
  if (state.value.session === "starting") await showOutbox(store);
  effect(() => {
    if (GONE.includes(state.value.sessionFailure?.code ?? "")) void forgetDevice();
  });
  let keeping = false;
  effect(() => {
    const epoch = state.value.deviceEpoch;
    if (!epoch || keeping) return;
    keeping = true;
    void begin(store, home?.epoch, epoch);
  });
}

/** Removes the person's copies, drafts and unsent questions from this device. */
export async function forgetDevice(): Promise<void> {
  const { owner, drafts, store: plain } = services();
  stopped = true;
  pickedModelId.value = null;
  drafts.clear();
  clearOutbox(plain, owner);
  const store = await SealedStore.open(await deviceKey(owner), owner);
  await store.clear();
  await forgetDeviceKey(owner);
}

async function begin(store: SealedStore, before: string | undefined, now: string): Promise<void> {
  if (before !== now) {
    if (before) services().drafts.clear();
    await store.clear();
    saved.clear();
  }
  let waits = false;
  effect(() => {
    // None of these changes while an answer streams.
    void [list, conversations, me, models, currentThread].map(({ value }) => value);
    if (waits) return;
    waits = true;
    setTimeout(() => {
      waits = false;
      void save(store).catch(() => undefined);
    }, SAVE_AFTER);
  });
}

function showHome(home: Home): void {
  const { session, list } = state.value;
  if (session !== "starting" || list.ids.length) return;
  const { me, models, defaultModelId: defaultId, conversations: items } = home;
  void speak(home.user.languageCode);
  if (me) dispatch({ type: "me.loaded", me });
  dispatch(
    { type: "models.loaded", models, defaultId },
    { type: "list.loaded", query: "", more: false, items, nextCursor: null },
  );
}

/** Whether any of its messages on screen is known to the server. */
const isShown = (id: string): boolean =>
  Object.values(state.value.threads[id]?.messages ?? {}).some(({ pending }) => !pending);

async function showThread(store: SealedStore, id: string): Promise<void> {
  const isWanted = (): boolean => !isShown(id);
  const kept = await store.read<KeptThread>(THREAD + id, isWanted).catch(() => undefined);
  if (!kept || !isWanted()) return;
  show(id, kept);
}

/** Puts a stored thread into the state. */
function show(id: string, { items, leafId }: Pick<KeptThread, "items" | "leafId">): void {
  dispatch({ type: "thread.loaded", id, items, leafId });
  const shown = state.value.threads[id];
  if (shown) saved.set(id, shown);
}

/** Shows the questions that wait for the network, in their conversations. */
async function showOutbox(store: SealedStore): Promise<void> {
  const { store: plain, owner } = services();
  for (const { conversationId } of readOutbox(plain, owner))
    await showThread(store, conversationId);
  sendOutbox();
}

async function save(store: SealedStore): Promise<void> {
  const { session, deviceEpoch: epoch, user, defaultModelId } = state.value;
  const { status, query, ids: listed } = list.value;
  if (stopped || session !== "ready" || status !== "ready" || query || !user || !epoch) return;
  const ids = listed.filter((id) => !isTemporaryId(id)).slice(0, KEPT);
  const kept = ids.flatMap((id) => conversations.value[id] ?? []);
  const account = { epoch, user, me: me.value, models: models.value, defaultModelId };
  await store.write(HOME, { ...account, conversations: kept } satisfies Home);
  for (const name of await store.names(THREAD)) {
    if (!ids.includes(name.slice(THREAD.length))) await store.remove(name);
  }
  for (const conversation of kept) await saveThread(store, conversation);
  for (const conversation of kept.slice(0, READ_AHEAD)) await prepareThread(store, conversation);
}

/** Stores what was read on this device. */
async function saveThread(store: SealedStore, { id, updatedAt }: Conversation): Promise<void> {
  const thread = state.value.threads[id];
  if (stopped || thread?.status !== "ready" || saved.get(id) === thread) return;
  const items = Object.values(thread.messages).filter(({ pending }) => !pending);
  // It is saved once the answer has ended.
  if (!items.length || items.some(({ state }) => state === "running")) return;
  saved.set(id, thread);
  const known = items.some((message) => message.id === thread.leafId);
  const kept: KeptThread = { updatedAt, items, leafId: known ? thread.leafId : lastOf(items) };
  await store.write(THREAD + id, kept);
}

const lastOf = (items: readonly Message[]): string | null => items.at(-1)?.id ?? null;

/** Reads a thread before it is opened, from the copy or, if it was changed elsewhere, from the
 *  server. */
async function prepareThread(store: SealedStore, conversation: Conversation): Promise<void> {
  const { id, updatedAt } = conversation;
  const isKnown = (): boolean => stopped || (id in state.value.threads && !readAhead.has(id));
  if (isKnown() || readAhead.get(id) === updatedAt) return;
  const kept = await store.read<KeptThread>(THREAD + id);
  const isNew = kept?.updatedAt !== updatedAt;
  const { items, leafId } = isNew ? await services().api.messages(id) : kept;
  if (items.some(({ state }) => state === "running")) return;
  if (isNew) await store.write(THREAD + id, { updatedAt, items, leafId } satisfies KeptThread);
  // It may have been opened meanwhile, and be newer.
  if (isKnown()) return;
  readAhead.set(id, updatedAt);
  show(id, { items, leafId });
}
