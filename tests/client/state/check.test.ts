// A check's events: what they change, and which claim is next.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Check } from "../../../webapp/src/api/index.ts";
import { applied, begun, current } from "../../../webapp/src/state/check.ts";

const claim = (text: string) => ({
  text,
  kept: true,
  verdict: null,
  quote: "",
  url: "",
  link: "",
  title: "",
});

const LISTED: Check = {
  id: "c",
  messageId: null,
  text: "A post.",
  state: "listed",
  claims: [claim("One."), claim("Two."), claim("Three.")],
  model: "Checker",
  simulated: false,
  price: { messages: 1, claimMicroDollars: 10 },
  costMicroDollars: 0,
  costEstimated: false,
  errorCode: null,
  createdAt: "2026-11-29T20:00:00Z",
};

test("claims are checked in their order, dropped ones are passed over", () => {
  let check = begun(LISTED, [0, 2]);
  assert.deepEqual(
    check.claims.map(({ kept }) => kept),
    [true, false, true],
  );
  assert.equal(current(check), 0);
  const found = {
    verdict: "agrees",
    quote: "q",
    url: "https://a.org",
    link: "l",
    title: "",
  } as const;
  check = applied(check, { type: "claim", index: 0, ...found });
  assert.equal(check.claims[0]?.quote, "q");
  assert.equal(current(check), 2);
  check = applied(check, { type: "end", state: "stopped", costMicroDollars: 3 });
  assert.equal(check.state, "stopped");
  assert.equal(current(check), -1);
  assert.equal(check.claims[2]?.verdict, null);
});

test("a start changes nothing, and the check before stays as it was", () => {
  const check = begun(LISTED, [1]);
  assert.equal(applied(check, { type: "start", runId: "c" }), check);
  assert.equal(LISTED.state, "listed");
  assert.equal(current(LISTED), -1);
});
