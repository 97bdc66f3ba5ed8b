// The composer's text lives in its textarea, which the server rendered: what is typed before
// the script is ready stays. Other parts of the screen reach it through here.
import { signal } from "@preact/signals";

/** Whether there is text that has not been sent. */
export const hasDraft = signal(false);

let field: HTMLTextAreaElement | null = null;

export function useField(element: HTMLTextAreaElement | null): void {
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

const GROWS = typeof CSS !== "undefined" && CSS.supports("field-sizing", "content");

/** Lets a textarea grow with its text where CSS cannot do it yet. */
export function fit(element: HTMLTextAreaElement): void {
  if (GROWS) return;
  element.style.blockSize = "auto";
  element.style.blockSize = `${element.scrollHeight}px`;
}

/** A real keyboard: Enter sends, and focus does not raise a keyboard over half the screen. */
export const hasKeyboard = (): boolean => matchMedia("(hover: hover) and (pointer: fine)").matches;
