// Asking and following runs, for code that is here before them: the first screen needs neither,
// so they come with the rest of the views (views/lazy.ts).
import type * as Ask from "./ask.ts";
import type * as Follow from "./follow.ts";

export type Asking = Pick<typeof Ask, "send" | "stop" | "sendLeftovers"> & Pick<typeof Follow, "follow">;

let here: Asking | undefined;
const waiting = new Set<(asking: Asking) => void>();

/** Hands them in, and does what has waited for them. */
export function provideAsking(given: Asking): void {
  here = given;
  for (const act of waiting) act(given);
  waiting.clear();
}

/** Does `act` now or as soon as they are here; the same function waits once. */
export function whenAsking(act: (asking: Asking) => void): void {
  if (here) act(here);
  else waiting.add(act);
}
