// Virtualises long conversations: messages are drawn in groups, groups in sections, and only those
// near the viewport have elements. What is in view is drawn at once, what is near when the page is
// idle. A removed group keeps its measured height, so nothing moves; a group never drawn gets an
// estimate, and the scroll position is corrected for the error.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatMessage } from "../../state/model.ts";
import { whenIdle } from "../ui/idle.ts";

/** Messages per group: drawing one takes no longer than a frame or two. */
export const GROUP = 2;
/** Messages per section, so that thousands of messages do not leave hundreds of empty groups. */
export const SECTION = 100;
/** How far from the view a group is drawn, in screens. */
const NEAR = "150% 0px";
/** For estimates, in pixels: what surrounds a text, a line, a letter, and the widest line. */
const AROUND = 80;
const LINE = 25;
const LETTER = 9;
const WIDEST = 700;

/** `items` in groups of `size`; existing groups keep their index when items are added. */
export function groups<T>(items: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < items.length; at += size) found.push(items.slice(at, at + size));
  return found;
}

/** The estimated height of a message that was never drawn, in pixels. */
function guess({ text }: ChatMessage): number {
  const letters = Math.min(window.innerWidth, WIDEST) / LETTER;
  return AROUND + Math.ceil(text.length / letters) * LINE;
}

/** The place of the first of those messages at the end that fill the screen. */
export function lastScreen(messages: readonly ChatMessage[]): number {
  let at = messages.length;
  for (let room = 1.2 * window.innerHeight; at > 0 && room > 0; at--)
    room -= guess(messages[at - 1]!);
  return at;
}

interface GroupProps {
  messages: readonly ChatMessage[];
  /** The end of a conversation is drawn at once, and stays. */
  kept: boolean;
  children: () => ComponentChildren;
}

export function MessageGroup({ messages, kept, children }: GroupProps) {
  const self = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  height.current ||= messages.reduce((sum, message) => sum + guess(message), 0);
  const [near, come] = useState(kept);
  useLayoutEffect(() => {
    const box = self.current;
    if (!box) return undefined;
    let later: (() => void) | undefined;
    const drop = (): void => later?.();
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        drop();
        // A group with the focus or the selection must not be removed.
        const used = box.contains(document.activeElement) && document.activeElement !== box;
        if (!entry.isIntersecting && !used) height.current = box.offsetHeight;
        const draw = (): void => come(entry.isIntersecting || used);
        // What is in view when a conversation opens comes before what is near.
        const waits = !later && entry.isIntersecting && !isInView(entry.boundingClientRect);
        later = waits ? whenIdle(draw) : () => undefined;
        if (!waits) draw();
      },
      { rootMargin: NEAR },
    );
    watch.observe(box);
    return () => {
      drop();
      watch.disconnect();
    };
  }, []);
  const drawn = near || kept;
  useLayoutEffect(() => {
    const box = self.current;
    // The end is scrolled to once all of it is drawn; measuring each of its groups would lay it out
    // several times.
    if (!drawn || kept || !box) return;
    // Size changes above the viewport would move what is being read.
    const change = box.offsetHeight - height.current;
    if (change && box.getBoundingClientRect().top < 0) window.scrollBy(0, change);
    height.current = box.offsetHeight;
  }, [drawn]);
  return (
    <div class="group" ref={self} style={drawn ? "" : { blockSize: `${height.current}px` }}>
      {drawn && children()}
    </div>
  );
}

const isInView = ({ top, bottom }: DOMRectReadOnly): boolean =>
  bottom > 0 && top < window.innerHeight;
