// What the screens say: dates, sources, and when the quota is worth a word.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { useBoot } from "../../../webapp/src/i18n.ts";
import { relativeDate } from "../../../webapp/src/views/dates.ts";
import { isLow } from "../../../webapp/src/views/dock.tsx";
import { distinct, host } from "../../../webapp/src/views/sources.tsx";

const NOW = new Date("2026-11-23T12:00:00Z");
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const speak = (language: string) => useBoot({ language, dir: "ltr", messages: {}, version: "1" });

test("dates are told from now, in the reader's language, and by the day after a week", () => {
  speak("en");
  assert.equal(relativeDate(ago(5), NOW), "now");
  assert.equal(relativeDate(ago(300), NOW), "5 minutes ago");
  assert.equal(relativeDate(ago(86_400), NOW), "yesterday");
  assert.equal(relativeDate(ago(20 * 86_400), NOW), "November 3");
  assert.match(relativeDate(ago(400 * 86_400), NOW), /2025/);
  speak("ru");
  assert.equal(relativeDate(ago(86_400), NOW), "вчера");
});

test("a clock that runs behind the server's never tells a date in the future", () => {
  speak("en");
  assert.equal(relativeDate(ago(-90), NOW), "now");
});

test("a page cited often is one source, and what is no web address is none", () => {
  const cite = (url: string) => ({ url, title: url, start: null, end: null });
  const sources = distinct([
    cite("https://www.example.org/a"), cite("https://www.example.org/a"),
    cite("javascript:alert(1)"), cite("not an address"), cite("http://b.example/"),
  ]);
  assert.deepEqual(sources.map(({ url }) => host(url)), ["example.org", "b.example"]);
});

test("the quota is mentioned only when little is left, and not while bought messages are there", () => {
  const quota = (remaining: number, credits = 0) =>
    isLow({ limit: 20, used: 20 - remaining, remaining, credits, renewsAt: "2026-11-24T00:00:00Z" });
  assert.equal(quota(12), false);
  assert.equal(quota(4), true);
  assert.equal(quota(0), true);
  assert.equal(quota(0, 50), false);
});
