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

/** Draws an endless text on a device that needs `cost` ms for a frame; when frames came. */
function drawnAt(cost: number, seconds: number): { at: number[]; behind: number[] } {
  const at: number[] = [];
  const behind: number[] = [];
  let now = 0;
  let sent = 0;
  let frame: (() => void) | undefined;
  const original = globalThis.setTimeout;
  const timers: { at: number; run: () => void }[] = [];
  globalThis.setTimeout = ((run: () => void, ms = 0) => {
    timers.push({ at: now + ms, run });
    return timers.length;
  }) as unknown as typeof setTimeout;
  try {
    const smoother = new Smoother({
      show: (text) => {
        at.push(now);
        behind.push(sent - text.length);
      },
      requestFrame: (callback) => {
        frame = () => callback(now);
        return 1;
      },
      afterDrawing: (callback) => {
        now += cost;
        callback();
      },
      clock: () => now,
    });
    let next = 0;
    for (const end = seconds * 1000; now < end; now += 1) {
      if (now >= next) {
        // Ten times a second, as the server sends it.
        smoother.append("x".repeat(25));
        sent += 25;
        next += 100;
      }
      for (const timer of timers.filter((one) => one.at <= now)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.run();
      }
      if (Math.floor(now / 16) !== Math.floor((now - 1) / 16) && frame) {
        const due = frame;
        frame = undefined;
        due();
      }
    }
    smoother.dispose();
  } finally {
    globalThis.setTimeout = original;
  }
  return { at, behind };
}

test("a device that draws a frame in two milliseconds draws all of them", () => {
  const { at } = drawnAt(2, 4);
  assert.ok(at.length > 200, `${at.length} frames in four seconds`);
});

test("a slow device spends less than half of its time on drawing, and does not fall behind", () => {
  for (const cost of [12, 20, 40]) {
    const { at, behind } = drawnAt(cost, 6);
    const share = (at.length * cost) / 6000;
    assert.ok(share <= 0.45, `${cost} ms a frame: busy ${share}`);
    assert.ok(at.length > 25, `${at.length} frames in six seconds`);
    assert.ok(Math.max(...behind) < 250, `${Math.max(...behind)} signs behind`);
  }
});
