// Sees the person touch the app, which some methods need, and its fields take the focus.

interface Watcher {
  onTouch: () => void;
  onField: (focused: boolean) => void;
}

const TOUCHES = ["pointerdown", "pointerup", "click", "keydown"] as const;

/** Watches the document now in the frame; the function it gives ends that.
 *
 * The app shares our origin, so its document can be read. A native client sees touches in its
 * web view likewise. An app that went to another origin is out of sight, and never touched.
 */
export function watchTouches(iframe: HTMLIFrameElement, watcher: Watcher): () => void {
  const inside = documentOf(iframe);
  if (!inside) return () => undefined;
  const focus = (event: Event) =>
    watcher.onField(event.type === "focusin" && isField(event.target));
  // Capturing, so that a page which stops the event cannot hide it.
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

/** Whether focusing it would raise a phone's keyboard. Objects of the frame have its classes. */
function isField(target: EventTarget | null): boolean {
  const element = target as HTMLInputElement | null;
  if (!element?.tagName) return false;
  if (element.tagName === "TEXTAREA" || element.isContentEditable) return true;
  return element.tagName === "INPUT" && TYPED.includes(element.type);
}
