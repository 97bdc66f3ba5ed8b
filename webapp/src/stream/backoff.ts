// Delays between retries: exponential with jitter, so that a thousand clients of a restarted server
// do not reconnect at once; paused while offline.

const FIRST = 400;
const LONGEST = 15_000;

/** Milliseconds before attempt number `attempt` (from 0); `random` in [0, 1). */
export function delay(attempt: number, random: number, retryAfter = 0): number {
  const most = Math.min(LONGEST, FIRST * 2 ** attempt);
  return Math.max(retryAfter * 1000, most / 2 + (most / 2) * random);
}

/**
 * Waits `ms`, and while the browser says that it is offline, for at most a minute more. Coming
 * back online or into view ends the wait, unless the server itself asked for it (`firm`).
 * Rejects with the signal's reason.
 */
export function pause(ms: number, signal: AbortSignal, firm = false): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const wake = () => {
      if (navigator.onLine !== false && !document.hidden && !firm) end();
    };
    const timer = setTimeout(() => {
      if (navigator.onLine === false) late = setTimeout(() => end(), 60_000);
      else end();
    }, ms);
    let late: ReturnType<typeof setTimeout> | undefined;
    const abort = () => end(() => reject(signal.reason as Error));
    const end = (finish: () => void = resolve) => {
      clearTimeout(timer);
      clearTimeout(late);
      window.removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      signal.removeEventListener("abort", abort);
      finish();
    };
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    signal.addEventListener("abort", abort);
  });
}
