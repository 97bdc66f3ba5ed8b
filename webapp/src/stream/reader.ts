// Reads a run's events to their end over as many connections as it takes. Events are numbered
// without gaps, so what arrives twice is dropped, and what is missing is asked for again.

import { ApiError, localError } from "../api/errors.ts";
import { delay, pause } from "./backoff.ts";
import type { EndEvent, Numbered, StreamEvent } from "./events.ts";
import { SseParser } from "./parse.ts";

export interface RunReading {
  /** Opens the stream that begins the run. Idempotent: it is tried again after a lost network. */
  open?: (signal: AbortSignal) => Promise<Response>;
  /** Opens the stream of what follows event number `after`. */
  resume: (runId: string, after: number, signal: AbortSignal) => Promise<Response>;
  /** Where to go on when the run is already known, instead of `open`. */
  from?: { runId: string; after: number };
  /** All events that one network read brought, in order. */
  onEvents: (batch: readonly Numbered[]) => void;
  /** "waiting" while there is no connection. */
  onConnection?: (state: "live" | "waiting", cause?: ApiError) => void;
  signal: AbortSignal;
  random?: () => number;
  /** How to wait between two tries. */
  wait?: typeof pause;
  /** Milliseconds without a byte after which a connection counts as dead. */
  silence?: number;
}

// The server sends a comment every 15 seconds.
const SILENCE = 40_000;
// A network may be gone for hours, and the answer waits. A server that is there but fails this
// often in a row, or sends what cannot be read, is given up.
const PATIENCE = 8;

/**
 * Resolves with the run's last event. Rejects with `ApiError` when trying again is pointless,
 * and with the signal's reason when the caller lost interest (the run itself goes on).
 */
export function readRun(reading: RunReading): Promise<EndEvent> {
  return new Reader(reading).read();
}

class Reader {
  private runId: string | undefined;
  private last: number;
  private attempt = 0;
  private failures = 0;
  private end: EndEvent | undefined;

  constructor(private readonly reading: RunReading) {
    this.runId = reading.from?.runId;
    this.last = reading.from?.after ?? 0;
  }

  async read(): Promise<EndEvent> {
    const { signal, onConnection, random = Math.random, wait = pause } = this.reading;
    for (;;) {
      const cause = await this.connection();
      if (this.end) return this.end;
      signal.throwIfAborted();
      onConnection?.("waiting", cause);
      await wait(delay(this.attempt++, random(), cause?.retryAfter), signal, !!cause?.retryAfter);
    }
  }

  /** One connection, from opening to its end; returns why it ended early, if that is known. */
  private async connection(): Promise<ApiError | undefined> {
    const { signal, open, resume, onConnection } = this.reading;
    // Its own controller: a dead connection is dropped without ending the reading.
    const own = new AbortController();
    const abort = () => own.abort(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      signal.throwIfAborted();
      const response = await (this.runId
        ? resume(this.runId, this.last, own.signal)
        : open!(own.signal));
      onConnection?.("live");
      await this.drain(response, own);
      return undefined;
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      return this.consider(thrown);
    } finally {
      signal.removeEventListener("abort", abort);
      own.abort();
    }
  }

  /** Returns what may pass, throws what will not. */
  private consider(thrown: unknown): ApiError {
    if (thrown instanceof SyntaxError) thrown = localError("garbled");
    if (!(thrown instanceof ApiError)) return localError("network");
    const { code, status, temporary } = thrown;
    if (!status && code !== "garbled") return thrown;
    // A refused send is the person's to try again; a run that goes on is worth more patience.
    if (!temporary || !this.runId || ++this.failures >= PATIENCE) throw thrown;
    return thrown;
  }

  private async drain(response: Response, own: AbortController): Promise<void> {
    const body = response.body?.getReader();
    if (!body) return;
    const parser = new SseParser();
    const { silence = SILENCE } = this.reading;
    // Not every browser ends a body that is being read when its request is aborted.
    own.signal.addEventListener("abort", () => void body.cancel().catch(() => undefined));
    while (!this.end) {
      const timer = setTimeout(() => own.abort(), silence);
      const { done, value } = await body.read().finally(() => clearTimeout(timer));
      if (done) return;
      if (!this.accept(parser.push(value))) throw localError("garbled");
    }
  }

  /** Hands on what is new; false when an event is missing, and must be asked for again. */
  private accept(events: readonly { id: string; data: string }[]): boolean {
    const batch: Numbered[] = [];
    let whole = true;
    for (const { id, data } of events) {
      const seq = Number(id);
      const event = JSON.parse(data) as StreamEvent;
      if (seq <= this.last) continue;
      // A start carries everything so far: it may come after any number.
      if (event.type === "start") {
        this.runId = event.runId;
      } else if (seq !== this.last + 1) {
        whole = false;
        break;
      }
      this.last = seq;
      batch.push({ seq, event });
      if (event.type === "end") {
        this.end = event;
        break;
      }
    }
    if (batch.length) {
      this.attempt = this.failures = 0;
      this.reading.onEvents(batch);
    }
    return whole;
  }
}
