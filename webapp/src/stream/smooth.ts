// Smooths text that arrives in bursts: each frame reveals a share of the waiting text, so that the
// view is at most about a fifth of a second behind. If frames are expensive, fewer are drawn: a
// slow phone keeps half of its time for scrolling.

export interface SmootherOptions {
  /** Called with the whole text to show, at most once per frame. */
  show: (text: string) => void;
  /** If true, everything is shown at the next frame. */
  reducedMotion?: () => boolean;
  requestFrame?: (callback: (now: number) => void) => number;
  cancelFrame?: (id: number) => void;
  /** Calls back when the last text is drawn. */
  afterDrawing?: (callback: () => void) => void;
  clock?: () => number;
}

/** Milliseconds within which waiting text should be shown. */
const CATCH_UP = 200;
/** The share of time spent on drawing; the milliseconds of a frame that go unnoticed; and the
 *  longest pause between two frames. */
const SHARE = 0.36;
const CHEAP = 8;
const LONGEST_PAUSE = 150;

/** Messages are handled after a frame's script, layout and paint. */
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
  /** Milliseconds per frame, and when the next one may start. */
  private cost = 0;
  private due = 0;
  private whenShown: (() => void)[] = [];

  constructor(private readonly options: SmootherOptions) {}

  append(text: string): void {
    this.target += text;
    this.schedule();
  }

  /** Restarts with `text`, which is shown at once. */
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

  /** Drops the waiting text and stops drawing. */
  dispose(): void {
    this.cancel();
    this.target = this.target.slice(0, this.shown);
  }

  private schedule(): void {
    if (this.frame || this.timer || this.shown === this.target.length) return;
    // There are no frames while the page is hidden.
    if (document.hidden) return this.flush();
    const pause = this.due - this.clock();
    // Skip frames without new text; they have a cost, too.
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

  /** Measures this frame. The average of the last ones keeps the pace steady. */
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
    // The first frame after a pause cannot be measured.
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

/** `at` or a little later: never inside a surrogate pair, nor before a combining character. */
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
