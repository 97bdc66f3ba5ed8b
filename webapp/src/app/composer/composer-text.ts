// The composer's text lives in its textarea, which the server rendered: what is typed before
// the script is ready stays. Other parts of the screen reach it through here.
import { signal } from "@preact/signals";

/** Whether there is text that has not been sent. */
export const hasDraft = signal(false);

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
