// Reads a run's events to their end, over as many connections as needed. Events are numbered
// without gaps, so duplicates are dropped and missing ones requested again.

import { ApiError, localError } from "../api/errors.ts";
import { delay, pause } from "./backoff.ts";
import type { EndEvent, Numbered, StreamEvent } from "./events.ts";
import { SseParser } from "./parse.ts";

export interface RunReading {
  /** Opens the stream that starts the run. It must be idempotent: it is retried after network
   *  errors. */
  open?: (signal: AbortSignal) => Promise<Response>;
  /** Opens the stream of the events after number `after`. */
  resume: (runId: string, after: number, signal: AbortSignal) => Promise<Response>;
  /** Where to resume a known run, instead of `open`. */
  from?: { runId: string; after: number };
  /** Called with all events of one network read, in order. */
  onEvents: (batch: readonly Numbered[]) => void;
  /** "waiting" while there is no connection. */
  onConnection?: (state: "live" | "waiting", cause?: ApiError) => void;
  signal: AbortSignal;
  random?: () => number;
  /** Waits between two attempts. */
  wait?: typeof pause;
  /** Milliseconds without a byte after which a connection counts as dead. */
  silence?: number;
}

// The server sends a comment every 15 seconds.
const SILENCE = 40_000;
// The network may be away for hours; the answer waits. A reachable server is given up after this
// many failures in a row, or when it sends invalid data.
const PATIENCE = 8;

/**
 * Resolves with the run's last event. Rejects with `ApiError` when retrying is pointless, and with
 * the signal's reason when the caller aborts (the run itself continues).
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

  /** Reads one connection to its end; returns why it ended early, if that is known. */
  private async connection(): Promise<ApiError | undefined> {
    const { signal, open, resume, onConnection } = this.reading;
    // A separate controller, so that a dead connection is dropped without aborting the reader.
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

  /** Returns transient errors, throws permanent ones. */
  private consider(thrown: unknown): ApiError {
    if (thrown instanceof SyntaxError) thrown = localError("garbled");
    if (!(thrown instanceof ApiError)) return localError("network");
    const { code, status, temporary } = thrown;
    if (!status && code !== "garbled") return thrown;
    // The person can retry a refused send; a run that continues is retried longer.
    if (!temporary || !this.runId || ++this.failures >= PATIENCE) throw thrown;
    return thrown;
  }

  private async drain(response: Response, own: AbortController): Promise<void> {
    const body = response.body?.getReader();
    if (!body) return;
    const parser = new SseParser();
    const { silence = SILENCE } = this.reading;
    // Not every browser ends the body when its request is aborted.
    own.signal.addEventListener("abort", () => void body.cancel().catch(() => undefined));
    while (!this.end) {
      const timer = setTimeout(() => own.abort(), silence);
      const { done, value } = await body.read().finally(() => clearTimeout(timer));
      if (done) return;
      if (!this.accept(parser.push(value))) throw localError("garbled");
    }
  }

  /** Passes new events on; false if one is missing and must be requested again. */
  private accept(events: readonly { id: string; data: string }[]): boolean {
    const batch: Numbered[] = [];
    let whole = true;
    for (const { id, data } of events) {
      const seq = Number(id);
      const event = JSON.parse(data) as StreamEvent;
      if (seq <= this.last) continue;
      // A start contains everything so far, so it may follow any number.
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
