// Rules on how often and how soon an app may ask.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LINK_TOUCH_MS, OneAtATime, PopupLimit, Touches } from "../../page/src/frame/limits.ts";

test("a second popup waits until the first is closed", () => {
  const limit = new PopupLimit();
  assert.equal(limit.tryOpen(0), "open");
  assert.equal(limit.tryOpen(10), "busy");
  limit.close();
  assert.equal(limit.tryOpen(20), "open");
});

test("three popups open within three seconds, the fourth does not, and later one does again", () => {
  const limit = new PopupLimit();
  for (const now of [0, 100, 200]) {
    assert.equal(limit.tryOpen(now), "open");
    limit.close();
  }
  assert.equal(limit.tryOpen(2999), "tooMany");
  assert.equal(limit.tryOpen(3000), "open");
});

test("law: no window of three seconds ever holds more than three popups", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1500), { maxLength: 60 }), (steps) => {
      const limit = new PopupLimit();
      const opened: number[] = [];
      let now = 0;
      for (const step of steps) {
        now += step;
        if (limit.tryOpen(now) === "open") opened.push(now);
        limit.close();
      }
      for (const start of opened) {
        assert.ok(opened.filter((at) => at >= start && at < start + 3000).length <= 3);
      }
    }),
  );
});

test("a link opens within a second of a touch, and only one for each touch", () => {
  const touches = new Touches();
  assert.ok(!touches.spend(0, LINK_TOUCH_MS), "never touched");
  touches.touched(1000);
  assert.ok(!touches.spend(2001, LINK_TOUCH_MS), "too late");
  touches.touched(3000);
  assert.ok(touches.spend(4000, LINK_TOUCH_MS), "just in time");
  assert.ok(!touches.spend(4000, LINK_TOUCH_MS), "spent");
  touches.touched(4100);
  assert.ok(touches.spend(4100, LINK_TOUCH_MS), "touched again");
});

test("a touch counts ten seconds for what needs one, spent or not", () => {
  const touches = new Touches();
  touches.touched(0);
  touches.spend(0, LINK_TOUCH_MS);
  assert.ok(touches.recent(10_000));
  assert.ok(!touches.recent(10_001));
});

test("a request is refused while one of its name is being answered, and free again after a failure", async () => {
  const single = new OneAtATime();
  let finish: () => void = () => undefined;
  const first = single.run("invoice", () => new Promise((resolve) => (finish = resolve)));
  assert.equal(await single.run("invoice", async () => undefined), false);
  assert.equal(await single.run("download", async () => undefined), true);
  finish();
  assert.equal(await first, true);
  await assert.rejects(single.run("invoice", () => Promise.reject(new Error("broken"))));
  assert.equal(await single.run("invoice", async () => undefined), true);
});
