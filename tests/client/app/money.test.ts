// Amounts of money, written and read in the reader's language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount, money } from "../../../webapp/src/app/ui/money.ts";
import { setBoot } from "../../../webapp/src/i18n/index.ts";

const speak = (language: string): void =>
  setBoot({ language, dir: language === "ar" ? "rtl" : "ltr", messages: {}, version: "1" });

/** Without what keeps it whole among other scripts. */
const bare = (micro: number): string => money(micro).replace(/[\u2066\u2069\u200f]/g, "");

test("dollars are rounded to cents, but what is less than a cent is not rounded to nothing", () => {
  speak("en");
  assert.equal(bare(0), "$0");
  assert.equal(bare(25), "$0.000025");
  assert.equal(bare(9_999), "$0.009999");
  assert.equal(bare(1_234_567), "$1.23");
  assert.equal(bare(5_000_000), "$5.00");
  speak("ru");
  assert.equal(bare(5_500_000), "5,50\u00a0$");
});

test("an amount is isolated, so that no text around it turns its digits about", () => {
  speak("ar");
  assert.match(money(1_747), /^\u2066.*\u2069$/);
});

test("what people type as an amount is understood, with any of their digits", () => {
  for (const [typed, micro] of [
    ["5", 5_000_000],
    ["5.5", 5_500_000],
    ["5,5", 5_500_000],
    [" $ 0.01 ", 10_000],
    ["٥٫٥", 5_500_000],
    ["۱۲", 12_000_000],
    ["0", 0],
    ["10000", 10_000_000_000],
    ["7.", 7_000_000],
  ] as const) {
    assert.equal(amount(typed), micro, typed);
  }
});

test("anything else is no amount", () => {
  for (const typed of [
    "",
    "abc",
    "-5",
    "1e9",
    "1.2.3",
    "1,000,000",
    "5 dollars",
    "Infinity",
    "0x10",
    "1.1234567",
  ]) {
    assert.ok(Number.isNaN(amount(typed)), typed);
  }
});
