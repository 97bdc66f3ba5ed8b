// Virtualises long conversations: messages are drawn in groups, groups in sections, and only those
// near the viewport have elements. A removed group keeps its measured height, so nothing moves; a
// group never drawn gets an estimate, and the scroll position is corrected for the error.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Messages per group: drawing one takes no longer than a frame or two. */
export const GROUP = 4;
/** Messages per section, so that thousands of messages do not leave hundreds of empty groups. */
export const SECTION = 100;
/** The estimated height of a message in a group never drawn, in pixels. */
const GUESS = 180;
/** How far from the view a group is drawn, in screens. */
const NEAR = "150% 0px";

/** `items` in groups of `size`; existing groups keep their index when items are added. */
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
        // A group with the focus or the selection must not be removed.
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
