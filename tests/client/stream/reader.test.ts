// Reading a run over a network that fails in every way: nothing lost, doubled or out of order.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError } from "../../../webapp/src/api/errors.ts";
import type { Numbered } from "../../../webapp/src/stream/events.ts";
import { type RunReading, readRun } from "../../../webapp/src/stream/reader.ts";
import { FakeServer, type Fault, RUN, runOf, said } from "./server.ts";

const TEXT = "An answer: with é, 日本 and 🎉, at last.";

function read(server: FakeServer, more: Partial<RunReading> = {}) {
  const seen: Numbered[] = [];
  const connections: string[] = [];
  const waits: number[] = [];
  const end = readRun({
    open: server.open,
    resume: server.resume,
    onEvents: (batch) => seen.push(...batch),
    onConnection: (state) => connections.push(state),
    signal: new AbortController().signal,
    random: () => 0,
    wait: async (ms) => void waits.push(ms),
    ...more,
  });
  return { end, seen, connections, waits };
}

test("a run is read to its end over one connection", async () => {
  const { end, seen, connections } = read(new FakeServer(runOf(TEXT), []));
  assert.equal((await end).state, "complete");
  assert.equal(said(seen), TEXT);
  assert.deepEqual(connections, ["live"]);
});

test("whatever happens to its connections, every event arrives once and in order", async () => {
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    fc.constant({ kind: "unreachable" as const }),
    fc.record({ kind: fc.constant("cut" as const), bytes: fc.nat(2500), clean: fc.boolean() }),
    fc.record({ kind: fc.constant("repeat" as const), events: fc.nat(10) }),
    fc.record({ kind: fc.constant("gap" as const), at: fc.integer({ min: 2, max: 20 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 7 }), async (faults) => {
      const { end, seen } = read(new FakeServer(runOf(TEXT), faults));
      assert.equal((await end).type, "end");
      assert.equal(said(seen), TEXT);
      assert.deepEqual(
        seen.map(({ seq }) => seq),
        seen.map((_, i) => i + 1),
      );
    }),
    { numRuns: 400 },
  );
});

test("a known run is joined after the last event that was seen", async () => {
  const server = new FakeServer(runOf("abc"), []);
  const { end, seen } = read(server, { from: { runId: RUN, after: 2 } });
  await end;
  assert.deepEqual(server.asked, [2]);
  assert.equal(said(seen), "bc");
});

test("a reader that has seen more than was kept begins anew from a later start", async () => {
  const kept = runOf("kept");
  const resume = async (_run: string, after: number) => {
    const frames = kept.map(
      (event, i) => `id: ${after + i + 1}\ndata: ${JSON.stringify(event)}\n\n`,
    );
    return new Response(frames.join(""));
  };
  const { end, seen } = read(new FakeServer([], []), { resume, from: { runId: RUN, after: 90 } });
  await end;
  assert.deepEqual([seen[0]?.seq, seen[0]?.event.type, said(seen)], [91, "start", "kept"]);
});

test("waits grow while there is no progress, and start anew after some", async () => {
  const lost = { kind: "unreachable" } as const;
  const { end, waits } = read(
    new FakeServer(runOf(TEXT), [lost, lost, lost, { kind: "cut", bytes: 900, clean: true }, lost]),
  );
  await end;
  assert.deepEqual(waits, [200, 400, 800, 200, 400]);
});

test("a refused send is told at once", async () => {
  const { end } = read(new FakeServer(runOf(TEXT), [{ kind: "status", status: 503 }]));
  await assert.rejects(end, (error) => error instanceof ApiError && error.status === 503);
});

test("a server that is restarted during the run is waited for", async () => {
  const down = { kind: "status", status: 502 } as const;
  const { end, seen } = read(
    new FakeServer(runOf(TEXT), [{ kind: "cut", bytes: 900, clean: false }, down, down, down]),
  );
  await end;
  assert.equal(said(seen), TEXT);
});

test("a run that is gone, or a server that only fails, is given up", async () => {
  const cut: Fault = { kind: "cut", bytes: 900, clean: true };
  const gone = read(new FakeServer(runOf(TEXT), [cut, { kind: "status", status: 404 }]));
  await assert.rejects(gone.end, (error) => error instanceof ApiError && error.status === 404);
  const down = Array.from({ length: 20 }, (): Fault => ({ kind: "status", status: 500 }));
  await assert.rejects(read(new FakeServer(runOf(TEXT), [cut, ...down])).end, ApiError);
});

test("a connection that falls silent is replaced", async () => {
  const server = new FakeServer(runOf(TEXT), []);
  let first = true;
  const open = async (): Promise<Response> => {
    if (!first) return server.open();
    first = false;
    return new Response(new ReadableStream());
  };
  const { end, seen } = read(server, { open, silence: 20 });
  await end;
  assert.equal(said(seen), TEXT);
});

test("who loses interest gets the reason of their own signal", async () => {
  const abort = new AbortController();
  const open = async () => new Response(new ReadableStream());
  const { end } = read(new FakeServer([], []), { open, signal: abort.signal });
  setTimeout(() => abort.abort(new Error("left")), 10);
  await assert.rejects(end, /left/);
});
