// Keeps the focus inside a dialog, and returns it when the dialog closes.

const FOCUSABLE =
  "a[href], button:not([disabled]), input:not([disabled]), textarea, select, summary, [tabindex='0']";

/** Moves the focus into `box` and keeps it there; Escape calls `close`. Returns the clean-up. */
export function trapFocus(box: HTMLElement | null, close: () => void): () => void {
  if (!box) return () => undefined;
  const before = document.activeElement as HTMLElement | null;
  const preferred = box.querySelector<HTMLElement>("[data-first]") ?? inside(box)[0];
  preferred?.focus();
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") cycle(event, inside(box));
  };
  box.addEventListener("keydown", keys);
  return () => {
    box.removeEventListener("keydown", keys);
    if (before?.isConnected) before.focus();
  };
}

function inside(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (one) => one.offsetParent !== null,
  );
}

function cycle(event: KeyboardEvent, all: HTMLElement[]): void {
  const at = all.indexOf(document.activeElement as HTMLElement);
  const leaves = event.shiftKey ? at <= 0 : at === all.length - 1;
  if (!leaves) return;
  event.preventDefault();
  all.at(event.shiftKey ? -1 : 0)?.focus();
}
