// Checking receipts: hashes are worked out here, and bodies are shown whole or said to be cut.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { checkHash, showBody } from "../../../webapp/src/state/receipt-check.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

test("a hash agrees with its own bytes and with no others", async () => {
  const body = '{"input":"Почему небо голубое?"}';
  assert.equal(await checkHash(bytes(body), hashOf(body)), "agrees");
  assert.equal(await checkHash(bytes(`${body} `), hashOf(body)), "differs");
  assert.equal(await checkHash(bytes(body), hashOf(body).replace(/^./, "x")), "differs");
});

test("JSON is shown both ways; a form only as it is", () => {
  const json = showBody(bytes('{"model":"grok","input":[1]}'));
  assert.equal(json.raw, '{"model":"grok","input":[1]}');
  assert.equal(json.pretty, '{\n  "model": "grok",\n  "input": [\n    1\n  ]\n}');
  assert.equal(json.cut, false);
  assert.equal(showBody(bytes("--form\r\nx")).pretty, null);
});

test("what is too long to read is cut, and that is said", () => {
  const picture = showBody(bytes(JSON.stringify({ image: "A".repeat(300_000) })));
  assert.equal(picture.cut, true);
  assert.ok(picture.pretty && picture.pretty.length < 300);
  assert.match(picture.pretty, /A… \(300000\)/);
});
