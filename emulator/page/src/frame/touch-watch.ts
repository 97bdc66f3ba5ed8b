// Observes touches of the app, which some methods need, and the focus of its fields.

interface Watcher {
  onTouch: () => void;
  onField: (focused: boolean) => void;
}

const TOUCHES = ["pointerdown", "pointerup", "click", "keydown"] as const;

/** Watches the document in the frame; the returned function stops that. The app has our origin, so
 * its document is accessible. A native client sees touches in its web view likewise. An app that
 * navigated to another origin cannot be observed, and counts as never touched. */
export function watchTouches(iframe: HTMLIFrameElement, watcher: Watcher): () => void {
  const inside = documentOf(iframe);
  if (!inside) return () => undefined;
  const focus = (event: Event) =>
    watcher.onField(event.type === "focusin" && isField(event.target));
  // In the capture phase, so that a page which stops the event cannot hide it.
  for (const name of TOUCHES) inside.addEventListener(name, watcher.onTouch, true);
  inside.addEventListener("focusin", focus);
  inside.addEventListener("focusout", focus);
  return () => {
    for (const name of TOUCHES) inside.removeEventListener(name, watcher.onTouch, true);
    inside.removeEventListener("focusin", focus);
    inside.removeEventListener("focusout", focus);
  };
}

function documentOf(iframe: HTMLIFrameElement): Document | null {
  try {
    return iframe.contentDocument;
  } catch {
    return null;
  }
}

const TYPED = ["text", "search", "email", "url", "tel", "password", "number"];

/** Whether focusing it would open a phone's keyboard. Objects of the frame have the frame's
 * classes. */
function isField(target: EventTarget | null): boolean {
  const element = target as HTMLInputElement | null;
  if (!element?.tagName) return false;
  if (element.tagName === "TEXTAREA" || element.isContentEditable) return true;
  return element.tagName === "INPUT" && TYPED.includes(element.type);
}
