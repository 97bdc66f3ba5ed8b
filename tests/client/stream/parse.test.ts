// Event streams: the same events however their bytes are cut.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type SseEvent, SseParser } from "../../../webapp/src/stream/parse.ts";

const encoder = new TextEncoder();

function parse(chunks: readonly Uint8Array[]): SseEvent[] {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i, all) => bytes.slice(all[i - 1] ?? 0, end));
}

const whole = (text: string): SseEvent[] => parse([encoder.encode(text)]);

test("ids, data of several lines, comments and unknown fields are read as the standard says", () => {
  const text =
    "\ufeff: hello\nid: 7\ndata: one\ndata:two\nretry: 5\nevent: x\n\ndata\n\nid\n\n: end\n\n";
  assert.deepEqual(whole(text), [
    { id: "7", data: "one\ntwo" },
    { id: "7", data: "" },
  ]);
});

test("all three line ends end a line", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = `id: 1${end}data: a${end}${end}id: 2${end}data: b${end}${end}data: never ended${end}:`;
    assert.deepEqual(
      whole(text),
      [
        { id: "1", data: "a" },
        { id: "2", data: "b" },
      ],
      JSON.stringify(end),
    );
  }
});

test("an event that its stream never ended is none", () => {
  assert.deepEqual(whole("id: 1\ndata: a\n"), []);
});

test("cut at any bytes, also inside a letter, the events are the same", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "é", "日", "🎉", ":", " ", "{") });
  const events = fc.array(
    fc.record({
      id: fc.nat(),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
      end: fc.constantFrom("\n", "\r\n", "\r"),
    }),
  );
  fc.assert(
    fc.property(events, fc.array(fc.nat()), (list, places) => {
      const blocks = list.map(({ id, lines, end }) =>
        [`id: ${id}`, ...lines.map((data) => `data: ${data}`), "", ""].join(end),
      );
      const text = [...blocks, ":\n"].join("");
      const expected = list.map(({ id, lines }) => ({ id: String(id), data: lines.join("\n") }));
      assert.deepEqual(parse(cut(encoder.encode(text), places)), expected);
    }),
  );
});
