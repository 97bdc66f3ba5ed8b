// What the screens say: dates, sources, and when the quota is worth a word.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { distinct, ownTitle } from "../../../webapp/src/app/chat/sources.tsx";
import { isLow } from "../../../webapp/src/app/composer/quota.tsx";
import { retryCanHelp } from "../../../webapp/src/app/premium/remedy.tsx";
import { listTime, relativeDate } from "../../../webapp/src/app/ui/dates.ts";
import { host } from "../../../webapp/src/app/ui/external-link.tsx";
import { setBoot } from "../../../webapp/src/i18n/index.ts";
import { initialState, type Me } from "../../../webapp/src/state/model.ts";
import { state } from "../../../webapp/src/state/store.ts";

const NOW = new Date("2026-11-23T12:00:00Z");
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const speak = (language: string) => setBoot({ language, dir: "ltr", messages: {}, version: "1" });

test("dates are told from now, in the reader's language, and by the day after a week", () => {
  speak("en");
  assert.equal(relativeDate(ago(5), NOW), "now");
  assert.equal(relativeDate(ago(300), NOW), "5 minutes ago");
  assert.equal(relativeDate(ago(86_400), NOW), "yesterday");
  assert.equal(relativeDate(ago(20 * 86_400), NOW), "November\u00a03");
  assert.match(relativeDate(ago(400 * 86_400), NOW), /2025/);
  speak("ru");
  assert.equal(relativeDate(ago(86_400), NOW), "вчера");
});

test("the list's times are as short as can be", () => {
  const at = (...day: [number, number, number, number?]): string => {
    const [year, month, date, hour = 12] = day;
    return listTime(new Date(year, month - 1, date, hour, 5).toISOString(), now);
  };
  const now = new Date(2026, 10, 23, 15, 0);
  speak("de");
  assert.equal(at(2026, 11, 23, 14), "14:05");
  assert.equal(at(2026, 11, 23, 16), "16:05", "a clock ahead of this one");
  assert.equal(at(2026, 11, 22, 23), "So");
  assert.equal(at(2026, 11, 17), "Di");
  assert.equal(at(2026, 11, 16), "16. Nov.");
  assert.match(at(2025, 11, 16), /2025/);
});

test("a clock that runs behind the server's never tells a date in the future", () => {
  speak("en");
  assert.equal(relativeDate(ago(-90), NOW), "now");
});

test("a page cited often is one source, and what is no web address is none", () => {
  const cite = (url: string) => ({ url, title: url, start: null, end: null });
  const sources = distinct([
    cite("https://www.example.org/a"),
    cite("https://www.example.org/a"),
    cite("javascript:alert(1)"),
    cite("not an address"),
    cite("http://b.example/"),
  ]);
  assert.deepEqual(
    sources.map(({ url }) => host(url)),
    ["example.org", "b.example"],
  );
});

test("the quota is mentioned only when little is left, and not while bought messages are there", () => {
  const quota = (remaining: number, credits = 0) =>
    isLow({
      limit: 20,
      used: 20 - remaining,
      remaining,
      credits,
      renewsAt: "2026-11-24T00:00:00Z",
    });
  assert.equal(quota(12), false);
  assert.equal(quota(4), true);
  assert.equal(quota(0), true);
  assert.equal(quota(0, 50), false);
});

test("a source without a title of its own shows its site once", () => {
  const url = "https://www.example.org/page";
  for (const title of [null, "", "example.org", "www.example.org", "https://example.org/"]) {
    assert.equal(ownTitle(url, title), false, String(title));
  }
  assert.equal(ownTitle(url, "Tides in Lisbon"), true);
});

test("trying again is offered only where it can help", () => {
  const me = (remaining: number, images: boolean) =>
    ({ plan: { images, searches: false }, quota: { remaining, credits: 0 } }) as Me;
  state.value = { ...initialState, me: me(0, false) };
  for (const code of ["quota_exhausted", "images_not_in_plan", "search_not_in_plan", "file_bomb"]) {
    assert.equal(retryCanHelp(code), false, code);
  }
  const beyond = [
    "message_too_long",
    "prompt_too_long",
    "body_too_large",
    "http_413",
    "age_unknown",
  ];
  for (const code of beyond) assert.equal(retryCanHelp(code), false, code);
  for (const code of ["provider_overloaded", "offline", "http_502", "consent_needed"]) {
    assert.equal(retryCanHelp(code), true, code);
  }
  state.value = { ...initialState, me: me(3, true) };
  assert.equal(retryCanHelp("quota_exhausted"), true);
  assert.equal(retryCanHelp("images_not_in_plan"), true);
});
