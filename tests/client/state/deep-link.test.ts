// Where a link that opens the app leads.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { deepLink } from "../../../webapp/src/state/deep-link.ts";

const ID = "01900000-0000-7000-8000-000000000001";
const base64url = (text: string): string => Buffer.from(text).toString("base64url");

test("a conversation is named by the bot's button or by a start parameter", () => {
  const there = { to: "conversation", id: ID };
  assert.deepEqual(deepLink(`?conversation=${ID}`), there);
  assert.deepEqual(deepLink("", `c_${ID}`), there);
  assert.deepEqual(deepLink("", `c_${ID.replaceAll("-", "")}`), there);
});

test("plans, settings and their pages, and gifts have links", () => {
  assert.deepEqual(deepLink("", "plans"), { to: "plans" });
  assert.deepEqual(deepLink("", "premium"), { to: "plans" });
  assert.deepEqual(deepLink("", "settings"), { to: "settings" });
  assert.deepEqual(deepLink("", "settings_usage"), { to: "settings", page: "usage" });
  assert.deepEqual(deepLink("", "settings_nowhere"), { to: "settings" });
  assert.deepEqual(deepLink("", "g_AbC-12_x"), { to: "gift", code: "AbC-12_x" });
  assert.deepEqual(deepLink("", "gift_AbC-12_x"), { to: "gift", code: "AbC-12_x" });
});

test("a question comes with its text, a task or both, in any script", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }), (text) => {
      const plain = { to: "question", text };
      assert.deepEqual(deepLink("", `t_${base64url(text)}`), plain);
      const translated = { to: "question", task: "translate", text };
      assert.deepEqual(deepLink("", `m_translate_${base64url(text)}`), translated);
    }),
  );
  assert.deepEqual(deepLink("", "m_write"), { to: "question", task: "write", text: "" });
});

test("what is not understood leads nowhere, and nothing is thrown", () => {
  for (const param of [
    "",
    "ref_42",
    "c_../admin",
    "g_",
    "g_<b>",
    "m_hack",
    "t_",
    "t_%%%",
    "t__w",
  ]) {
    assert.equal(deepLink("", param), null, param);
  }
  assert.equal(deepLink("?conversation=../admin", "plans"), null);
  fc.assert(fc.property(fc.string(), (param) => void deepLink("", param)));
});
