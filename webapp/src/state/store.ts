// The signal that holds the state, and selectors for the screens. A selection whose part of the
// state did not change is the same object, so nothing is drawn again for it.
import { computed, signal } from "@preact/signals";
import type { AppEvent } from "./events.ts";
import {
  type ChatMessage,
  emptyThread,
  initialState,
  type Model,
  type Run,
  type State,
  type Thread,
} from "./model.ts";
import { reduce } from "./reducer.ts";
import { path } from "./tree.ts";

export const state = signal<State>(initialState);

/** Takes in events; screens see only the outcome of all of them. */
export function dispatch(...events: AppEvent[]): void {
  state.value = events.reduce(reduce, state.value);
}

export const currentId = computed(() => state.value.currentId);
export const currentThread = computed<Thread>(
  () => state.value.threads[currentId.value ?? ""] ?? emptyThread,
);
export const currentPath = computed<ChatMessage[]>(() => {
  const { messages, leafId } = currentThread.value;
  return path(messages, leafId);
});

/** The message that an answer is being made for in the open chat, if any. */
export const busyMessage = computed<ChatMessage | null>(() => {
  const last = currentPath.value.at(-1);
  if (!last) return null;
  const waits = last.pending && last.pending.status !== "failed";
  return waits || (last.role === "assistant" && last.state === "running") ? last : null;
});
export const busy = computed(() => busyMessage.value !== null);

export const session = computed(() => state.value.session);
export const online = computed(() => state.value.online);
export const me = computed(() => state.value.me);
export const models = computed(() => state.value.models);
/** Whether the operator has not switched a feature off. */
export const isOn = (feature: string): boolean => state.value.features?.includes(feature) ?? true;
export const list = computed(() => state.value.list);
export const conversations = computed(() => state.value.conversations);

/** What was chosen for the next new chat; `chat-mode.ts` has the rest of it. */
export const nextServerOnly = signal(false);

/** Whether the open chat, or the next one, goes to models of this server only. */
export const isServerOnly = computed(() =>
  currentId.value
    ? (conversations.value[currentId.value]?.serverOnly ?? false)
    : nextServerOnly.value,
);

export const title = computed(() => conversations.value[currentId.value ?? ""]?.title ?? null);

/** A run as it is now; without an id there may be one later, so the state is read all the same. */
export const runOf = (id: string | null | undefined): Run | undefined => state.value.runs[id ?? ""];

/** The model that this device's person picked since the app was opened. */
export const pickedModelId = signal<string | null>(null);

/** The model that the next question goes to. */
export const activeModel = computed<Model | null>(() => {
  const known = models.value;
  const may = (model: Model): boolean => model.allowed && (model.here || !isServerOnly.value);
  const wanted = [pickedModelId.value, me.value?.settings.modelId, state.value.defaultModelId];
  for (const id of wanted) {
    const model = known.find((candidate) => candidate.id === id && may(candidate));
    if (model) return model;
  }
  return known.find(may) ?? null;
});

// While an answer streams this stays the same object.
const threads = computed(() => state.value.threads);

/** Whether a question waits for its files, which only this page has. */
export const waitsForFiles = computed(() =>
  Object.values(threads.value)
    .flatMap(({ messages }) => Object.values(messages))
    .some(({ attachments }) => attachments?.some(({ uploading }) => uploading)),
);

/** Words for screen readers, said once. */
export const announcement = signal("");
