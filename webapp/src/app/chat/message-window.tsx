// Keeps a long conversation light: messages are drawn in groups, these in sections, and only those
// near the view have elements. A group that was drawn before keeps its height while it is away, so
// nothing is seen to move; one that never was gets a guess, and the scroll position makes up for
// the error.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Messages in a group: what is drawn at once takes no longer than a frame or two. */
export const GROUP = 4;
/** Messages in a section, so that thousands of messages are no hundreds of empty groups. */
export const SECTION = 100;
/** Of a group that was never drawn, in pixels for each message. */
const GUESS = 180;
/** How far from the view a group is drawn, in screens. */
const NEAR = "150% 0px";

/** `items` in groups of `size`; a group's place among them stays the same while others are added. */
export function groups<T>(items: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < items.length; at += size) found.push(items.slice(at, at + size));
  return found;
}

interface GroupProps {
  count: number;
  /** The end of a conversation is drawn at once, and stays. */
  kept: boolean;
  children: () => ComponentChildren;
}

export function MessageGroup({ count, kept, children }: GroupProps) {
  const self = useRef<HTMLDivElement>(null);
  const height = useRef(count * GUESS);
  const [near, come] = useState(kept);
  useLayoutEffect(() => {
    const box = self.current;
    if (!box) return undefined;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        // What is being written in, or selected, must not be taken away.
        const used = box.contains(document.activeElement) && document.activeElement !== box;
        if (!entry.isIntersecting && !used) height.current = box.offsetHeight;
        come(entry.isIntersecting || used);
      },
      { rootMargin: NEAR },
    );
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  const drawn = near || kept;
  useLayoutEffect(() => {
    const box = self.current;
    if (!drawn || !box) return;
    // Above the view: what grows or shrinks there would push what is being read.
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
