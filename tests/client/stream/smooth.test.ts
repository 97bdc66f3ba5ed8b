// Text at the pace of the screen.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Smoother, safeCut } from "../../../webapp/src/stream/smooth.ts";

/** A screen whose frames come when the test says so. */
function screen(reduced = false) {
  let frame: ((now: number) => void) | undefined;
  let now = 0;
  const shown: string[] = [];
  const smoother = new Smoother({
    show: (text) => shown.push(text),
    reducedMotion: () => reduced,
    requestFrame: (callback) => {
      frame = callback;
      return 1;
    },
    cancelFrame: () => {
      frame = undefined;
    },
  });
  const tick = (ms = 16) => {
    const due = frame;
    frame = undefined;
    now += ms;
    due?.(now);
    return due !== undefined;
  };
  return { smoother, shown, tick };
}

test("a burst is spread over frames, each showing more, all within half a second", async () => {
  const { smoother, shown, tick } = screen();
  const text = "x".repeat(300);
  smoother.append(text);
  assert.equal(shown.length, 0);
  let frames = 0;
  while (tick()) frames++;
  assert.ok(frames > 5 && frames * 16 < 900, `${frames} frames`);
  assert.equal(shown.at(-1), text);
  assert.deepEqual(
    shown.map((s) => s.length),
    shown.map((s) => s.length).sort((a, b) => a - b),
  );
  await smoother.settled();
});

test("who prefers less motion gets all at the next frame", () => {
  const { smoother, shown, tick } = screen(true);
  smoother.append("a long text");
  tick();
  assert.deepEqual(shown, ["a long text"]);
});

test("resetting shows at once, flushing shows the rest, disposing shows no more", () => {
  const { smoother, shown, tick } = screen();
  smoother.reset("kept");
  smoother.append(" and more");
  smoother.flush();
  assert.deepEqual(shown, ["kept", "kept and more"]);
  smoother.append("x".repeat(100));
  smoother.dispose();
  assert.equal(tick(), false);
  assert.equal(shown.length, 2);
});

test("settled waits for the last sign", async () => {
  const { smoother, tick } = screen();
  smoother.append("abc");
  let settled = false;
  const waiting = smoother.settled().then(() => (settled = true));
  await Promise.resolve();
  assert.equal(settled, false);
  while (tick());
  await waiting;
});

test("no cut falls inside a sign", () => {
  const signs = fc.array(fc.constantFrom("a", "é", "日", "🎉", "👩‍👩‍👧‍👦", "👍🏽", "❤️", " "));
  fc.assert(
    fc.property(signs, fc.nat(), (list, place) => {
      const text = list.join("");
      const at = text.length ? place % (text.length + 1) : 0;
      const end = safeCut(text, at);
      const ends = list.map((_, i) => list.slice(0, i + 1).join("").length);
      assert.ok(
        end >= at && (end === 0 || ends.includes(end)),
        `${JSON.stringify(text)} ${at} ${end}`,
      );
    }),
  );
});
