// The protocol's table: what a client of one version makes of what an app sends.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { admit, parseMessage } from "../../page/src/frame/gate.ts";
import { METHODS, type MethodSpec, NOT_PLAYED, whyIgnored } from "../../page/src/frame/methods.ts";
import { atLeast, NEWEST, VERSIONS } from "../../page/src/frame/versions.ts";

const table: [string, MethodSpec][] = Object.entries(METHODS);

test("versions compare by their numbers: 6.10 is newer than 6.9, 10.0 than 9.6", () => {
  assert.ok(atLeast("6.10", "6.9"));
  assert.ok(!atLeast("6.9", "6.10"));
  assert.ok(atLeast("10.0", "9.6"));
  assert.ok(atLeast("8.0", "8"));
  assert.ok(!atLeast("rubbish", "6.0"));
});

test("the list of versions is in order, and the newest is its last", () => {
  VERSIONS.forEach((version, index) => {
    const next = VERSIONS[index + 1];
    if (next) assert.ok(!atLeast(version, next), `${version} comes before ${next}`);
  });
  assert.equal(NEWEST, VERSIONS.at(-1));
});

test("every method is a call from its own version on, and unknown to all older ones", () => {
  for (const [name, spec] of table) {
    for (const version of VERSIONS) {
      const call = admit({ name, data: {} }, version);
      const known = atLeast(version, spec.since);
      assert.equal(call.kind, known ? "call" : "ignored", `${name} in ${version}`);
      if (call.kind === "ignored")
        assert.deepEqual([call.reason, call.needs], ["version", spec.since]);
    }
  }
});

test("what games and payment forms send is ignored, and the log says what it belongs to", () => {
  for (const [name, part] of Object.entries(NOT_PLAYED)) {
    const call = admit({ name, data: {} }, NEWEST);
    assert.equal(call.kind, "ignored");
    if (call.kind === "ignored") assert.equal(whyIgnored(call), `not played: ${part}`);
  }
  assert.equal(whyIgnored({ name: "sing" }), "unknown method");
  assert.equal(whyIgnored({ name: "web_app_ready", needs: "6.0" }), "needs Bot API 6.0");
});

test("a field newer than the client is not seen by it, and said to be dropped", () => {
  const data = { url: "https://a.example", try_browser: "firefox" };
  const old = admit({ name: "web_app_open_link", data }, "7.2");
  assert.ok(old.kind === "call");
  assert.deepEqual(old.data, { url: "https://a.example" });
  assert.deepEqual(old.dropped, ["try_browser"]);
  const newer = admit({ name: "web_app_open_link", data }, "7.6");
  assert.ok(newer.kind === "call");
  assert.deepEqual(newer.data, data);
});

test("no field is older than its method", () => {
  for (const [name, spec] of table) {
    for (const [field, since] of Object.entries(spec.fields ?? {})) {
      assert.ok(atLeast(since, spec.since), `${name}.${field}`);
    }
  }
});

test("names that every object has are no methods", () => {
  for (const name of ["constructor", "toString", "__proto__", "web_app_frobnicate"]) {
    const call = admit({ name, data: {} }, NEWEST);
    assert.deepEqual([call.kind, call.kind === "ignored" && call.reason], ["ignored", "unknown"]);
  }
});

test("only a JSON string with an event type is a message; anything else is none, never an error", () => {
  assert.deepEqual(parseMessage('{"eventType":"web_app_ready","eventData":""}'), {
    name: "web_app_ready",
    data: "",
  });
  for (const raw of [
    "",
    "{",
    "null",
    "[]",
    '{"eventType":7}',
    { eventType: "web_app_ready" },
    null,
  ]) {
    assert.equal(parseMessage(raw), null);
  }
  fc.assert(fc.property(fc.anything(), (raw) => void parseMessage(raw)));
  fc.assert(fc.property(fc.json(), (raw) => void parseMessage(raw)));
});

test("data that is no object counts as no fields", () => {
  for (const data of ["", null, 3, [1], undefined]) {
    const call = admit({ name: "web_app_ready", data }, NEWEST);
    assert.ok(call.kind === "call");
    assert.deepEqual(call.data, {});
  }
});
