// A chat's mode: temporary, server only. A new chat has the modes chosen before its first message.
import { computed, signal } from "@preact/signals";
import type { Model } from "./model.ts";
import { currentId, isServerOnly, nextServerOnly } from "./store.ts";

export { isServerOnly, nextServerOnly };

export const nextTemporary = signal(false);

/** Whether an id is that of a temporary chat: a UUIDv8. */
export const isTemporaryId = (id: string): boolean => id[14] === "8";

/** The id of a temporary chat, made of any other new one. */
export const temporaryId = (id: string): string => `${id.slice(0, 14)}8${id.slice(15)}`;

/** Whether the open chat is temporary, or the next one will be. */
export const isTemporary = computed(() =>
  currentId.value ? isTemporaryId(currentId.value) : nextTemporary.value,
);

/** Whether a model may be asked in the open chat. */
export const mayAsk = (model: Model): boolean => model.here || !isServerOnly.value;

/** Resets the modes of the next new chat. */
export function resetChatMode(): void {
  nextTemporary.value = false;
  nextServerOnly.value = false;
}
