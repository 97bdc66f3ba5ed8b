// The composer's text lives in its textarea, which the server rendered: what is typed before
// the script is ready stays. Other parts of the screen reach it through here.
import { computed, signal } from "@preact/signals";

/** The longest question, in characters; the server has the same limit. */
export const MAX_TEXT = 32_000;

/** The number of characters in the composer. */
export const textLength = signal(0);

/** Whether there is text that has not been sent. */
export const hasDraft = computed(() => textLength.value > 0);

export const tooLong = computed(() => textLength.value > MAX_TEXT);

/** Counts as the server does: an emoji is one character. */
export const lengthOf = (text: string): number => [...text.trim()].length;

let field: HTMLTextAreaElement | null = null;

export function setComposerField(element: HTMLTextAreaElement | null): void {
  field = element;
}

export const composed = (): string => field?.value ?? "";

/** Puts text into the composer and the cursor behind it. */
export function compose(text: string, focus = true): void {
  if (!field) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (!focus) return;
  field.focus();
  field.setSelectionRange(text.length, text.length);
}

export const focusComposer = (): void => field?.focus();
