// The device: its two storages, its safe areas, where a dragged sheet rests, its themes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, hex, legible, readableOn } from "../../page/src/frame/colors.ts";
import { DEVICE_INSETS, insetsFor, NO_INSETS } from "../../page/src/frame/insets.ts";
import { underOwnName } from "../../page/src/frame/own-origin.ts";
import { settle } from "../../page/src/frame/screens.ts";
import { DEVICE_LIMITS, SECURE_LIMITS, storedValue, withKey } from "../../page/src/frame/store.ts";
import { readTgLink, tgPath } from "../../page/src/frame/tg-links.ts";
import { themeParamsFor } from "../../page/src/frame/theme-params.ts";
import { THEMES, type ThemeParams } from "../../page/src/frame/themes.ts";

test("secure storage takes ten items; changing one of them is no eleventh", () => {
  let items: Readonly<Record<string, string>> = {};
  for (let n = 0; n < 10; n += 1) items = withKey(items, `k${n}`, "v", SECURE_LIMITS).items ?? {};
  assert.equal(withKey(items, "k10", "v", SECURE_LIMITS).error, "QUOTA_EXCEEDED");
  assert.equal(withKey(items, "k3", "new", SECURE_LIMITS).items?.k3, "new");
});

test("device storage holds 5 MB, counted in bytes", () => {
  const almost = "x".repeat(5 * 1024 * 1024 - 1);
  assert.ok(withKey({}, "k", almost, DEVICE_LIMITS).items);
  assert.equal(withKey({}, "k", `${almost}é`, DEVICE_LIMITS).error, "QUOTA_EXCEEDED");
});

test("null removes a key; keys and values of other kinds are refused by name", () => {
  assert.deepEqual(withKey({ a: "1", b: "2" }, "a", null, DEVICE_LIMITS).items, { b: "2" });
  assert.equal(withKey({}, "", "v", DEVICE_LIMITS).error, "KEY_INVALID");
  assert.equal(withKey({}, 7, "v", DEVICE_LIMITS).error, "KEY_INVALID");
  assert.equal(withKey({}, "k", 7, DEVICE_LIMITS).error, "VALUE_INVALID");
});

test("names that every object has are keys like others", () => {
  assert.equal(storedValue({}, "toString"), null);
  const { items = {} } = withKey({}, "__proto__", "v", DEVICE_LIMITS);
  assert.equal(storedValue(items, "__proto__"), "v");
});

test("only in full screen does an app lie under the notch and the client's controls", () => {
  const notch = DEVICE_INSETS.notch;
  const sheet = insetsFor(notch, { fullscreen: false, coveredBelow: false });
  assert.deepEqual(sheet, { safe: { ...notch, top: 0 }, content: NO_INSETS });
  const full = insetsFor(notch, { fullscreen: true, coveredBelow: false });
  assert.equal(full.safe.top, notch.top);
  assert.ok(full.content.top > 0);
});

test("what is covered by buttons or a keyboard needs no inset below", () => {
  assert.equal(
    insetsFor(DEVICE_INSETS.notch, { fullscreen: false, coveredBelow: true }).safe.bottom,
    0,
  );
});

test("a dragged sheet rests half open or open, and closes only where it may", () => {
  assert.equal(settle(0.9, true), "full");
  assert.equal(settle(0.5, true), "half");
  assert.equal(settle(0.2, true), "close");
  assert.equal(settle(0.2, false), "half");
});

test("an older client tells only the theme colours it knows", () => {
  const old = themeParamsFor(THEMES.dark, "6.0");
  assert.ok(old.bg_color);
  assert.equal(old.secondary_bg_color, undefined);
  assert.equal(themeParamsFor(THEMES.dark, "7.9").bottom_bar_bg_color, undefined);
  assert.deepEqual(themeParamsFor(THEMES.dark, "10.3"), THEMES.dark.params);
});

test("all themes have the same keys, each a colour as Telegram writes it", () => {
  const keys = Object.keys(THEMES.light.params).sort();
  for (const theme of Object.values(THEMES)) {
    assert.deepEqual(Object.keys(theme.params).sort(), keys);
    for (const color of Object.values(theme.params)) assert.equal(hex(color), color);
  }
});

test("light and dark read well; fog does not, and is there for that", () => {
  const reads = (name: keyof typeof THEMES) => {
    const { text_color = "", bg_color = "" } = THEMES[name].params as ThemeParams;
    return contrast(text_color, bg_color);
  };
  assert.ok(reads("light") > 7 && reads("dark") > 7 && reads("ember") > 7);
  assert.ok(reads("fog") < 3);
});

test("colours: short ones are written out, others are none; text on them stays legible", () => {
  assert.equal(hex("#AbC"), "#aabbcc");
  assert.equal(hex("red"), null);
  assert.equal(hex("#12345678"), null);
  assert.equal(readableOn("#ffffff"), "#000000");
  assert.equal(legible("#eeeeee", "#ffffff"), "#000000");
  assert.equal(legible("#333333", "#ffffff"), "#333333");
});

test("t.me paths: invoices in both forms, starts of our bot, everything else elsewhere", () => {
  assert.deepEqual(readTgLink("/$abc-1", "local_bot"), { kind: "invoice", slug: "abc-1" });
  assert.deepEqual(readTgLink("/invoice/abc", "local_bot"), { kind: "invoice", slug: "abc" });
  assert.deepEqual(readTgLink("/Local_Bot?start=x", "local_bot"), {
    kind: "start",
    parameter: "x",
  });
  assert.deepEqual(readTgLink("local_bot?startapp=y", "local_bot"), {
    kind: "startApp",
    parameter: "y",
  });
  assert.deepEqual(readTgLink("/other_bot?start=x", "local_bot"), { kind: "elsewhere" });
  assert.equal(tgPath("https://t.me/a?b=c"), "/a?b=c");
  assert.equal(tgPath("https://t.me.evil.example/a"), null);
});

test("an app is opened under the name the page has, if both name this machine", () => {
  const page = new URL("http://127.0.0.1:8000/");
  assert.equal(
    underOwnName("http://localhost:8000/app#a=%20b", page),
    "http://127.0.0.1:8000/app#a=%20b",
  );
  assert.equal(underOwnName("http://localhost:9000/app", page), "http://localhost:9000/app");
  assert.equal(underOwnName("https://app.example/", page), "https://app.example/");
});
