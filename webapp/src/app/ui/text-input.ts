// Device-specific behaviour of text fields.

const GROWS = typeof CSS !== "undefined" && CSS.supports("field-sizing", "content");

/** Lets a textarea grow with its text where CSS cannot do it yet. */
export function growWithText(element: HTMLTextAreaElement): void {
  if (GROWS) return;
  element.style.blockSize = "auto";
  element.style.blockSize = `${element.scrollHeight}px`;
}

/** A real keyboard: Enter sends, and focus does not raise a keyboard over half the screen. */
export const hasKeyboard = (): boolean => matchMedia("(hover: hover) and (pointer: fine)").matches;
