// A run and the server that streams it, with every fault of a network. It plays HTTP: the
// reader under test is the real one.
import { errorFrom } from "../../../webapp/src/api/errors.ts";
import type { Numbered, StreamEvent } from "../../../webapp/src/stream/events.ts";

export const RUN = "0190a1b2-0000-7000-8000-000000000001";

/** A whole run that says `text`, one event a sign. */
export function runOf(text: string): StreamEvent[] {
  const message = {
    id: "m",
    parentId: null,
    role: "assistant" as const,
    text: "",
    state: "running" as const,
    citations: [],
    createdAt: "",
  };
  return [
    { type: "start", runId: RUN, conversationId: "c", userMessage: null, message },
    ...[...text].map((sign): StreamEvent => ({ type: "text", text: sign })),
    { type: "end", state: "complete" },
  ];
}

export const said = (batches: readonly Numbered[]): string =>
  batches.map(({ event }) => (event.type === "text" ? event.text : "")).join("");

export type Fault =
  | { kind: "none" }
  | { kind: "unreachable" }
  | { kind: "status"; status: number }
  /** Sends `bytes` and dies: cleanly (as a proxy does) or not. */
  | { kind: "cut"; bytes: number; clean: boolean }
  /** Begins some events earlier than asked. */
  | { kind: "repeat"; events: number }
  /** Leaves an event out. */
  | { kind: "gap"; at: number };

export class FakeServer {
  readonly asked: number[] = [];

  /** Each connection meets the next fault; after the last one all goes well. */
  constructor(
    private readonly events: readonly StreamEvent[],
    private readonly faults: Fault[],
  ) {}

  readonly open = (): Promise<Response> => this.answer(0);
  readonly resume = (_run: string, after: number): Promise<Response> => this.answer(after);

  private async answer(after: number): Promise<Response> {
    this.asked.push(after);
    const fault = this.faults.shift() ?? { kind: "none" };
    if (fault.kind === "unreachable") throw new TypeError("Failed to fetch");
    if (fault.kind === "status") throw await errorFrom(new Response("", { status: fault.status }));
    const from = fault.kind === "repeat" ? Math.max(0, after - fault.events) : after;
    const frames = this.events
      .map((event, i) => ({ seq: i + 1, event }))
      .filter(({ seq }) => seq > from && !(fault.kind === "gap" && seq === after + fault.at))
      .map(({ seq, event }) => `id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`);
    const bytes = new TextEncoder().encode(`:\n\n${frames.join("")}`);
    return new Response(fault.kind === "cut" ? broken(bytes, fault) : bytes);
  }
}

function broken(bytes: Uint8Array, { bytes: count, clean }: { bytes: number; clean: boolean }) {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, count));
      if (clean) controller.close();
    },
    pull(controller) {
      controller.error(new TypeError("network error"));
    },
  });
}
