// Swiping a row of the list with a finger: it follows, and what it uncovers is done when it is let
// go far enough. Everything that a swipe does is in the row's menu, too.
import { useRef, useState } from "preact/hooks";
import { haptic } from "../../bridge/index.ts";

/** Pixels that a finger moves before it swipes. */
const SLOP = 10;
/** How far a row is slid for what it uncovers. */
const FAR = 80;

type Way = "start" | "end";

export interface Swipe {
  /** The way that the row is being slid. */
  way: Way | null;
  handlers: Record<
    "onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel",
    (event: PointerEvent) => void
  >;
}

/** `acts` are called at the end of a swipe towards the start of a line, or its end. */
export function useSwipe(acts: Record<Way, () => void>): Swipe {
  const from = useRef<{ x: number; slid: number } | null>(null);
  const [way, show] = useState<Way | null>(null);
  const line = ({ currentTarget }: PointerEvent): HTMLElement => currentTarget as HTMLElement;
  const end = (event: PointerEvent, act: boolean): void => {
    const slid = from.current?.slid ?? 0;
    from.current = null;
    line(event).style.translate = "";
    show(null);
    if (act && way && Math.abs(slid) >= FAR) acts[way]();
  };
  const move = (event: PointerEvent): void => {
    const { current } = from;
    if (!current) return;
    const before = current.slid;
    const moved = event.clientX - current.x;
    if (!way && Math.abs(moved) < SLOP) return;
    current.slid = moved;
    const isLeft = moved < 0;
    show(isLeft === (document.dir === "rtl") ? "end" : "start");
    line(event).style.translate = `${moved}px`;
    if (Math.abs(before) < FAR && Math.abs(moved) >= FAR) haptic("light");
  };
  return {
    way,
    handlers: {
      onPointerDown: (event) => {
        if (event.pointerType === "touch") from.current = { x: event.clientX, slid: 0 };
      },
      onPointerMove: move,
      onPointerUp: (event) => end(event, true),
      // The list is being scrolled.
      onPointerCancel: (event) => end(event, false),
    },
  };
}
