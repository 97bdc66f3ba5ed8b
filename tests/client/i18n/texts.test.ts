// Texts: placeholders, unknown keys, and the plural forms of the languages there are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { plural, setBoot, t } from "../../../webapp/src/i18n/index.ts";

const boot = (language: string, messages: Record<string, string | string[]>) =>
  setBoot({ language, dir: "ltr", messages, version: "1" });

test("placeholders are filled in, and a missing value leaves its placeholder", () => {
  boot("en", { "app.hello": "Hello, {name} and {other}" });
  assert.equal(t("app.hello", { name: "Ann" }), "Hello, Ann and {other}");
});

test("an unknown key shows as itself", () => {
  boot("en", {});
  assert.equal(t("app.nothing"), "app.nothing");
  assert.equal(plural("app.nothing", 3), "app.nothing");
});

test("each language takes its own plural form", () => {
  const cases: [string, string[], [number, string][]][] = [
    [
      "en",
      ["one", "other"],
      [
        [0, "other"],
        [1, "one"],
        [2, "other"],
      ],
    ],
    [
      "ru",
      ["one", "few", "many"],
      [
        [1, "one"],
        [3, "few"],
        [11, "many"],
        [21, "one"],
      ],
    ],
    [
      "ar",
      ["zero", "one", "two", "few", "many", "other"],
      [
        [0, "zero"],
        [1, "one"],
        [2, "two"],
        [5, "few"],
        [11, "many"],
        [100, "other"],
      ],
    ],
  ];
  for (const [language, forms, expectations] of cases) {
    boot(language, { "app.n": forms });
    for (const [count, form] of expectations) assert.equal(plural("app.n", count), form);
  }
});
