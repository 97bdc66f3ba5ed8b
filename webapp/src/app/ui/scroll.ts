// The view follows the answer while the reader is at its end. Scrolling up stops that, returning to
// the end resumes it. The "new" mark is shown only in between.
import { signal } from "@preact/signals";
import { busy } from "../../state/store.ts";

/** Pixels from the end within which the reader counts as being there. */
const NEAR = 64;
/** Smaller finger movements are ignored. */
const TREMBLE = 4;

/** Whether the end is out of view, so that the scroll button is shown. */
export const away = signal(false);
/** Whether text has been added there meanwhile. */
export const fresh = signal(false);

let held = true;
let before = 0;
let touchedAt = 0;
let content: Element | null = null;

const root = (): Element => document.scrollingElement ?? document.documentElement;
const distance = (): number => root().scrollHeight - root().scrollTop - window.innerHeight;

/** Goes to the end and stays there while it grows. */
export function scrollToEnd(smooth = false): void {
  held = true;
  fresh.value = false;
  away.value = false;
  window.scrollTo({ top: root().scrollHeight, behavior: smooth ? "smooth" : "auto" });
}

/** Stops following, without moving. */
export function stopFollowing(): void {
  held = false;
}

/** Does nothing while another screen is in the chat's place. */
const isHidden = (): boolean => !content || content.getClientRects().length === 0;

/** Handles growth of the conversation. */
function grown(): void {
  if (isHidden()) return;
  if (held) {
    window.scrollTo({ top: root().scrollHeight });
    return;
  }
  if (distance() > NEAR) {
    away.value = true;
    // Unfolding something also changes the height; only an answer counts as new.
    if (busy.value) fresh.value = true;
  }
}

function scrolled(): void {
  if (isHidden()) return;
  const { scrollTop } = root();
  if (distance() <= NEAR) {
    if (scrollTop >= before) held = true;
    away.value = false;
    if (held) fresh.value = false;
  } else {
    if (scrollTop < before - TREMBLE) held = false;
    if (!held) away.value = true;
  }
  before = scrollTop;
}

/** Follows `messages` while they grow; call the returned function to stop. */
export function followEnd(messages: Element): () => void {
  content = messages;
  before = root().scrollTop;
  const observer = new ResizeObserver(grown);
  observer.observe(messages);
  const wheel = (event: WheelEvent): void => {
    if (event.deltaY < 0 && distance() + root().scrollTop > 0) stopFollowing();
  };
  const touch = (event: TouchEvent): void => {
    touchedAt = event.touches[0]?.clientY ?? 0;
  };
  const move = (event: TouchEvent): void => {
    if ((event.touches[0]?.clientY ?? 0) > touchedAt + TREMBLE) stopFollowing();
  };
  const passive = { passive: true } as const;
  window.addEventListener("scroll", scrolled, passive);
  window.addEventListener("wheel", wheel, passive);
  window.addEventListener("touchstart", touch, passive);
  window.addEventListener("touchmove", move, passive);
  return () => {
    observer.disconnect();
    if (content === messages) content = null;
    away.value = false;
    window.removeEventListener("scroll", scrolled);
    window.removeEventListener("wheel", wheel);
    window.removeEventListener("touchstart", touch);
    window.removeEventListener("touchmove", move);
  };
}
