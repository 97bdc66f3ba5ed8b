// Traps the focus in an overlay, and restores it afterwards.
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

const FOCUSABLE = 'a[href], button:not(:disabled), input, textarea, [tabindex="0"]';

export function useFocusInside(
  self: RefObject<HTMLElement | null>,
  active: boolean,
  leave: () => void,
): void {
  // In the same task as the drawing, so that a key pressed at once does not act on the page below.
  useLayoutEffect(() => {
    const element = self.current;
    if (!active || !element) return undefined;
    const before = document.activeElement as HTMLElement | null;
    const visible = (): HTMLElement[] =>
      [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.offsetParent);
    visible()[0]?.focus({ preventScroll: true });
    const keys = (event: KeyboardEvent): void => {
      if (event.key === "Escape") leave();
      if (event.key === "Tab") wrap(event, visible());
    };
    element.addEventListener("keydown", keys);
    return () => {
      element.removeEventListener("keydown", keys);
      // Moving the focus lays the page out: once, after all that changes together with the overlay.
      queueMicrotask(() => {
        const { activeElement: now } = document;
        if (now === document.body || element.contains(now)) before?.focus({ preventScroll: true });
      });
    };
  }, [active]);
}

function wrap(event: KeyboardEvent, inside: readonly HTMLElement[]): void {
  const [first, last] = event.shiftKey ? [inside.at(-1), inside[0]] : [inside[0], inside.at(-1)];
  if (document.activeElement !== last) return;
  event.preventDefault();
  first?.focus();
}
