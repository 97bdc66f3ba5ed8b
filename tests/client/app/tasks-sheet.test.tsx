// The sheet of tasks: it draws what the server lists, and knows none of them by name.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "preact";
import { TasksSheet } from "../../../webapp/src/app/chat/tasks-sheet.tsx";
import { setBoot } from "../../../webapp/src/i18n/index.ts";
import { openScreen } from "../../../webapp/src/state/navigation.ts";

test("every listed task is drawn in the server's order, one with a target beside languages", () => {
  setBoot({
    language: "en",
    dir: "ltr",
    version: "1",
    messages: {
      "app.task.fix_spelling": "Fix spelling",
      "app.task.into_verse": "Into verse",
    },
    tasks: [
      { name: "into_verse", inSheet: true, options: ["target"] },
      { name: "ask", inSheet: false, options: [] },
      { name: "fix_spelling", inSheet: true, options: [] },
    ],
  });
  openScreen({ name: "tasks", text: "Helo!" });
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  render(<TasksSheet />, root);
  const choices = [...document.querySelectorAll(".choice")];
  assert.deepEqual(
    choices.map((one) => one.querySelector("button, .choice-name")?.textContent),
    ["Into verse", "Fix spelling"],
  );
  assert.ok(choices[0]?.querySelector("select"));
  assert.equal(choices[1]?.querySelector("select"), null);
});

test("the sheet shows the answer's words without its sources' numbers and Markdown's marks", () => {
  const text = "**At dawn** [[1]](https://example.org/a), as [locals](https://example.org/b) say.";
  openScreen({ name: "tasks", text });
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  render(<TasksSheet />, root);
  assert.equal(root.querySelector(".excerpt")?.textContent, "At dawn, as locals say.");
});
