// Rules on how often and how soon: popups, and what needs a touch of the app beforehand.
// Source: core.telegram.org/api/web-events (times there are seconds).

const WINDOW_MS = 3000;
const MOST_IN_WINDOW = 3;

export const LINK_TOUCH_MS = 1000;
export const TOUCH_MS = 10_000;

/** One popup at a time, and no more than three within three seconds. */
export class PopupLimit {
  private opened: number[] = [];
  private open = false;

  /** Whether a popup may open at `now` (milliseconds); if so it is counted as open. */
  tryOpen(now: number): "open" | "busy" | "tooMany" {
    if (this.open) return "busy";
    this.opened = this.opened.filter((at) => now - at < WINDOW_MS);
    if (this.opened.length >= MOST_IN_WINDOW) return "tooMany";
    this.opened.push(now);
    this.open = true;
    return "open";
  }

  close(): void {
    this.open = false;
  }
}

/** Stores the last touch of the app, and lets each touch open one link. */
export class Touches {
  private last = Number.NEGATIVE_INFINITY;
  private spent = false;

  touched(now: number): void {
    this.last = now;
    this.spent = false;
  }

  /** Whether the last touch is at most `within` milliseconds old. */
  recent(now: number, within: number = TOUCH_MS): boolean {
    return now - this.last <= within;
  }

  /** Like `recent`, but once per touch: a second link needs another touch. */
  spend(now: number, within: number): boolean {
    if (this.spent || !this.recent(now, within)) return false;
    this.spent = true;
    return true;
  }
}

/** Refuses a request while another of the same name is being answered. */
export class OneAtATime {
  private readonly busy = new Set<string>();

  async run(name: string, work: () => Promise<void>): Promise<boolean> {
    if (this.busy.has(name)) return false;
    this.busy.add(name);
    try {
      await work();
    } finally {
      this.busy.delete(name);
    }
    return true;
  }
}
