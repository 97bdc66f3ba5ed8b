// The state of the composer: its text and the message it answers or edits, per person.
import { signal } from "@preact/signals";
import type { ChatMessage } from "../world/types.ts";

export const composerText = signal("");
export const replyingTo = signal<ChatMessage | null>(null);
/** The quoted part of the replied-to message. */
export const quoted = signal("");
export const editing = signal<ChatMessage | null>(null);
/** Incremented when the composer should take the focus. */
export const focusComposer = signal(0);

export function insertIntoComposer(text: string): void {
  composerText.value = text;
  focusComposer.value += 1;
}

export function startReply(message: ChatMessage): void {
  editing.value = null;
  quoted.value = "";
  replyingTo.value = message;
  focusComposer.value += 1;
}

export function startEdit(message: ChatMessage): void {
  replyingTo.value = null;
  editing.value = message;
  insertIntoComposer(message.message.text ?? message.message.caption ?? "");
}

export function clearComposer(): void {
  composerText.value = "";
  quoted.value = "";
  replyingTo.value = null;
  editing.value = null;
}
