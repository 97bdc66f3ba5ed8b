// A row of a list: a button only where pressing it does something.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "preact";
import { Row } from "../../../webapp/src/app/ui/row.tsx";

test("a row that does nothing is no button, so that nobody is led to press it", () => {
  const root = document.createElement("div");
  render(
    <>
      <Row name="Version" value="1.0" />
      <Row name="Language" value="English" opens={{ name: "language" }} />
      <Row name="Delete" onClick={() => undefined} />
    </>,
    root,
  );
  const rows = [...root.children];
  assert.deepEqual(
    rows.map((one) => [one.tagName, one.getAttribute("data-opens")]),
    [
      ["DIV", null],
      ["BUTTON", "language"],
      ["BUTTON", null],
    ],
  );
  assert.equal(rows[0]?.textContent, "Version1.0");
});
