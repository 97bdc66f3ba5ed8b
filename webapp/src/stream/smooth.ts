// Smooths text that arrives in bursts: each frame reveals a share of what is waiting, so that the
// view is never more than about a fifth of a second behind. Where a frame costs much, fewer are
// drawn: a slow phone has half of its time left for the finger that scrolls.

export interface SmootherOptions {
  /** Gets the whole text shown so far. At most once a frame. */
  show: (text: string) => void;
  /** True shows everything at the next frame. */
  reducedMotion?: () => boolean;
  requestFrame?: (callback: (now: number) => void) => number;
  cancelFrame?: (id: number) => void;
  /** Calls back when what was just written is drawn. */
  afterDrawing?: (callback: () => void) => void;
  clock?: () => number;
}

/** Milliseconds in which what is waiting should be shown. */
const CATCH_UP = 200;
/** Of the time, what may be spent on drawing; the milliseconds of a frame that nobody minds; and
 *  the longest pause between two frames. */
const SHARE = 0.4;
const CHEAP = 8;
const LONGEST_PAUSE = 150;

/** A frame's script, layout and paint come first; then messages. */
function afterDrawing(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(0);
}

export const prefersReducedMotion = (): boolean =>
  matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Smoother {
  private target = "";
  private shown = 0;
  private frame = 0;
  private before = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds that a frame takes, and when the next one may begin. */
  private cost = 0;
  private due = 0;
  private whenShown: (() => void)[] = [];

  constructor(private readonly options: SmootherOptions) {}

  append(text: string): void {
    this.target += text;
    this.schedule();
  }

  /** Starts anew from `text`, which is shown at once. */
  reset(text: string): void {
    this.target = text;
    this.shown = text.length;
    this.options.show(text);
  }

  /** Resolves when everything so far is on screen. */
  settled(): Promise<void> {
    if (this.shown === this.target.length) return Promise.resolve();
    return new Promise((resolve) => this.whenShown.push(resolve));
  }

  /** Shows everything now. */
  flush(): void {
    this.cancel();
    this.reveal(this.target.length);
  }

  /** Forgets what is waiting: nothing is shown any more. */
  dispose(): void {
    this.cancel();
    this.target = this.target.slice(0, this.shown);
  }

  private schedule(): void {
    if (this.frame || this.timer || this.shown === this.target.length) return;
    // Frames do not come while the page is hidden; nobody looks either.
    if (document.hidden) return this.flush();
    const pause = this.due - this.clock();
    // A frame without anything new would cost something too.
    if (pause < 8) return this.request();
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.request();
    }, pause);
  }

  private request(): void {
    const request = this.options.requestFrame ?? requestAnimationFrame;
    this.frame = request((now) => {
      this.frame = 0;
      this.measure();
      this.step(now);
    });
  }

  /** Takes the time of this frame. The last ones count too, so that the pace does not waver. */
  private measure(): void {
    const began = this.clock();
    (this.options.afterDrawing ?? afterDrawing)(() => {
      const spent = this.clock() - began;
      this.cost = this.cost ? this.cost + (spent - this.cost) / 4 : spent;
    });
    this.due = this.cost > CHEAP ? began + Math.min(this.cost / SHARE, LONGEST_PAUSE) : 0;
  }

  private clock(): number {
    return this.options.clock?.() ?? performance.now();
  }

  private step(now: number): void {
    const waiting = this.target.length - this.shown;
    // The first frame after a pause has no past to measure by.
    const elapsed = this.before ? Math.min(now - this.before, LONGEST_PAUSE) : 16;
    const all = this.options.reducedMotion?.() ?? false;
    const share = all ? waiting : Math.max(1, Math.ceil((waiting * elapsed) / CATCH_UP));
    this.reveal(safeCut(this.target, Math.min(this.shown + share, this.target.length)));
    this.before = this.shown < this.target.length ? now : 0;
    this.schedule();
  }

  private reveal(end: number): void {
    if (end === this.shown) return;
    this.shown = end;
    this.options.show(this.target.slice(0, end));
    if (end !== this.target.length) return;
    for (const resolve of this.whenShown.splice(0)) resolve();
  }

  private cancel(): void {
    if (this.frame) (this.options.cancelFrame ?? cancelAnimationFrame)(this.frame);
    clearTimeout(this.timer);
    this.timer = undefined;
    this.frame = 0;
    this.before = 0;
  }
}

// biome-ignore lint/suspicious/noMisleadingCharacterClass: single code points are tested
const CLINGS = /[\p{M}\u200d\ufe0f\udc00-\udfff\u{1f3fb}-\u{1f3ff}]/u;

/** `at` or a little later: never inside a surrogate pair, nor before what joins the last sign. */
export function safeCut(text: string, at: number): number {
  let end = at;
  while (end < text.length && end < at + 16) {
    const next = text.codePointAt(end)!;
    const clings = CLINGS.test(String.fromCodePoint(next)) || text[end - 1] === "\u200d";
    if (!clings) break;
    end += next > 0xffff ? 2 : 1;
  }
  return end;
}
