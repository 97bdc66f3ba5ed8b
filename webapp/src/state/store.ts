// The state's signal, and selectors for the screens. A selection whose part of the state did not
// change is the same object, so nothing renders again for it.
import { computed, signal } from "@preact/signals";
import type { AppEvent } from "./events.ts";
import { reduceFirst } from "./first-reducer.ts";
import {
  type ChatMessage,
  emptyThread,
  initialState,
  type Model,
  type Run,
  type State,
  type Thread,
} from "./model.ts";
import { path } from "./tree.ts";

export const state = signal<State>(initialState);

type Reducer = (state: State, event: AppEvent) => State;

// The events that it does not know are dispatched by the deferred actions, which bring the whole.
let reduce = reduceFirst as Reducer;

export function setReducer(whole: Reducer): void {
  reduce = whole;
}

/** Applies events; screens see only the final state. */
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
/** The first message that was sent to the model. */
export const cutAt = computed(() => currentThread.value.cutAt);

/** The message being answered in the open chat, if any. */
export const busyMessage = computed<ChatMessage | null>(() => {
  const last = currentPath.value.at(-1);
  if (!last) return null;
  const waits = last.pending && last.pending.status !== "failed";
  return waits || (last.role === "assistant" && last.state === "running") ? last : null;
});
export const busy = computed(() => busyMessage.value !== null);

export const session = computed(() => state.value.session);
export const sessionFailure = computed(() => state.value.sessionFailure);
export const online = computed(() => state.value.online);
export const delay = computed(() => state.value.delay);
export const me = computed(() => state.value.me);
export const models = computed(() => state.value.models);
const features = computed(() => state.value.features);
/** Whether a feature is enabled by the operator. */
export const isOn = (feature: string): boolean => features.value?.includes(feature) ?? true;
export const list = computed(() => state.value.list);
export const conversations = computed(() => state.value.conversations);

/** The choice for the next new chat; see `chat-mode.ts`. */
export const nextServerOnly = signal(false);

/** Whether the open chat, or the next one, uses only models of this server. */
export const isServerOnly = computed(() =>
  currentId.value
    ? (conversations.value[currentId.value]?.serverOnly ?? false)
    : nextServerOnly.value,
);

export const title = computed(() => conversations.value[currentId.value ?? ""]?.title ?? null);

const runs = computed(() => state.value.runs);
/** A run's current state. The signal is read even without an id, since there may be one later. */
export const runOf = (id: string | null | undefined): Run | undefined => runs.value[id ?? ""];

/** The model picked on this device; without one, it is the settings' model. */
export const pickedModelId = signal<string | null>(null);

/** The conversation in which it was picked; others go on with the model that answered in them. */
const pickedIn = signal<string | null>(null);

export function pickModel(id: string | null): void {
  pickedModelId.value = id;
  pickedIn.value = currentId.value;
}

/** The model that answered last in the open chat, wherever it was picked; a fallback was not. */
const answeredBy = computed(
  () => currentPath.value.filter(({ modelId, fallback }) => modelId && !fallback).at(-1)?.modelId,
);

/** The first of these models that may be asked here. */
function firstOf(...ids: readonly (string | null | undefined)[]): Model | null {
  const known = models.value;
  const may = (model: Model): boolean => model.allowed && (model.here || !isServerOnly.value);
  for (const id of ids) {
    const model = known.find((candidate) => candidate.id === id && may(candidate));
    if (model) return model;
  }
  return known.find(may) ?? null;
}

/** The model that a new chat's questions go to. */
export const usualModel = computed(() =>
  firstOf(pickedModelId.value, me.value?.settings.modelId, state.value.defaultModelId),
);

/** The model that the next question goes to. */
export const activeModel = computed(() => {
  const here = pickedIn.value === currentId.value ? pickedModelId.value : null;
  return firstOf(here, answeredBy.value, usualModel.value?.id);
});

// While an answer streams this stays the same object.
export const threads = computed(() => state.value.threads);

/** Whether a question waits for its files, which only this page has. */
export const waitsForFiles = computed(() =>
  Object.values(threads.value)
    .flatMap(({ messages }) => Object.values(messages))
    .some(({ attachments }) => attachments?.some(({ uploading }) => uploading)),
);

/** A text that screen readers announce once. */
export const announcement = signal("");
