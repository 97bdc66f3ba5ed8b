// Reads the person's events while the app is open.

import { ApiError } from "../api/errors.ts";
import { delay, pause } from "./backoff.ts";
import { SseParser } from "./parse.ts";

export type PersonEvent =
  | { readonly type: "ready" }
  | { readonly type: "conversation" | "removed"; readonly conversationId: string }
  | {
      readonly type: "run";
      readonly conversationId: string;
      readonly runId: string;
      readonly messageId: string;
      readonly state: string;
    };

export interface PersonReading {
  open: (signal: AbortSignal) => Promise<Response>;
  /** `ready` is repeated after a lost connection: events in between are missing. */
  onEvent: (event: PersonEvent) => void;
  /** Called when the server does not answer several times in a row, and with null when it does. */
  onDelay?: (failure: unknown) => void;
  signal: AbortSignal;
  random?: () => number;
  wait?: typeof pause;
  /** Milliseconds without a byte after which a connection counts as dead. */
  silence?: number;
}

/** Failures in a row that are told: a server that restarts is back before. */
const TOLD_AFTER = 3;

// The server sends a comment every 15 seconds.
const SILENCE = 40_000;

/** Reads until `signal` fires or the server refuses permanently. */
export async function readPersonEvents(reading: PersonReading): Promise<void> {
  const { signal, random = Math.random, wait = pause } = reading;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await connection(reading, () => {
        attempt = 0;
        reading.onDelay?.(null);
      });
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.status && !thrown.temporary) return;
      if (attempt >= TOLD_AFTER) reading.onDelay?.(thrown);
    }
    await wait(delay(attempt, random()), signal, false).catch(() => undefined);
  }
}

async function connection(reading: PersonReading, onLife: () => void): Promise<void> {
  const { signal, open, onEvent, silence = SILENCE } = reading;
  const own = new AbortController();
  const abort = (): void => own.abort(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    const response = await open(own.signal);
    const body = response.body?.getReader();
    if (!body) return;
    own.signal.addEventListener("abort", () => void body.cancel().catch(() => undefined));
    const parser = new SseParser();
    for (;;) {
      const timer = setTimeout(() => own.abort(), silence);
      const { done, value } = await body.read().finally(() => clearTimeout(timer));
      if (done) return;
      onLife();
      for (const { data } of parser.push(value)) onEvent(JSON.parse(data) as PersonEvent);
    }
  } finally {
    signal.removeEventListener("abort", abort);
    own.abort();
  }
}
