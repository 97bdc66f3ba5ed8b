// Work for the moments in which the page has nothing else to do, one piece at a time.

/** Milliseconds after which it is done all the same. */
const AT_LAST = 1_000;
/** Milliseconds to wait where the browser does not tell when it is idle. */
const A_WHILE = 60;

/** Does `work` when the page is idle; call the returned function to drop it. */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === "function") {
    const asked = requestIdleCallback(work, { timeout: AT_LAST });
    return () => cancelIdleCallback(asked);
  }
  const timer = setTimeout(work, A_WHILE);
  return () => clearTimeout(timer);
}
