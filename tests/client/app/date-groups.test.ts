// The list's groups by day.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dateGroups } from "../../../webapp/src/app/sidebar/date-groups.ts";

const now = new Date(2026, 11, 1, 0, 30);
const at = (...moment: [number, number, number, number?]): string => {
  const [year, month, day, hour = 12] = moment;
  return new Date(year, month - 1, day, hour).toISOString();
};

test("days are the reader's: half an hour after midnight the evening before is yesterday", () => {
  const changed: Record<string, string> = {
    a: at(2026, 12, 1, 0),
    b: at(2026, 11, 30, 23),
    c: at(2026, 11, 30, 1),
    d: at(2026, 11, 24),
    e: at(2026, 11, 23),
    f: at(2026, 3, 4),
    g: at(2025, 3, 4),
  };
  const groups = dateGroups(Object.keys(changed), (id) => changed[id] ?? "", now);
  const names = [...groups].map(([title, ids]) => `${title}: ${ids.join()}`);
  assert.deepEqual(names, [
    "today: a",
    "yesterday: b,c",
    "app.chats.week: d",
    "November: e",
    "March: f",
    "March 2025: g",
  ]);
});

test("a conversation changed by a clock ahead of this one is of today", () => {
  const groups = dateGroups(["a"], () => at(2026, 12, 3), now);
  assert.deepEqual([...groups], [["today", ["a"]]]);
});
