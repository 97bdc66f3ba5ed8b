// The line below a title in the list: plain words, and the state of what is not settled yet.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  oneLine,
  PREVIEW_LENGTH,
  plainLine,
  unsettled,
} from "../../../webapp/src/state/preview.ts";
import { after, answer, CHAT, end, numbered, REQUEST, start } from "./made.ts";

test("a preview has no marks of Markdown", () => {
  const plain: readonly (readonly [string, string])[] = [
    ["**Light** is *scattered* by `air`.", "Light is scattered by air."],
    ["# The sky\n\nIt is ~~green~~ __blue__.", "The sky It is green blue."],
    ["- [x] Pack\n- [ ] Go\n* Rest", "Pack Go Rest"],
    ["1. Boil water\n2. Add tea", "1. Boil water 2. Add tea"],
    ["> > As they say", "As they say"],
    ["See [the docs](https://example.org/a_b) and ![a map](x.png)", "See the docs and a map"],
    ["After sunrise [[1]](https://example.org/light). Or before.", "After sunrise. Or before."],
    ["A link that is [cut off](https://example.or", "A link that is cut off"],
    ["```python\nprint(2 * 3)\n```", "print(2 * 3)"],
    ["| Sea | Depth |\n|---|:--|\n| Baltic | 459 m |", "Sea | Depth | Baltic | 459 m |"],
    ["---\nAfter a line<br>and a break", "After a line and a break"],
    ["snake_case_name, 2*3*4 and a < b", "snake_case_name, 2*3*4 and a < b"],
    ["**cut off in bo", "cut off in bo"],
    ["It is $\\sum_{k=1}^n k$, which grows.", "It is …, which grows."],
    ["\\[ E = m c^2 \\]\nholds, and so does \\(a\\)", "… holds, and so does …"],
    ["It is cut off at $$\\frac{1}{", "It is cut off at …"],
    ["From $5 to $10", "From $5 to $10"],
    ["سماء *زرقاء*", "سماء زرقاء"],
  ];
  for (const [markdown, words] of plain) assert.equal(plainLine(markdown), words);
});

test("a preview is one short line, whatever it is made of", () => {
  for (const part of ["*", "_", "[", "](", "<a", "- ", "> ", "|", "`", "$", "\\\\(", "\n", " \t"]) {
    const words = plainLine(part.repeat(100_000));
    assert.ok(words.length <= PREVIEW_LENGTH && !/\n/.test(words));
  }
  assert.equal(oneLine(" two\n\n lines* "), "two lines*");
});

test("until the server knows a question, or while it is answered, the list shows what is here", () => {
  const asked = {
    type: "send.asked" as const,
    conversationId: CHAT,
    requestId: REQUEST,
    parentId: null,
    text: "Why?",
    at: "2026-11-23T10:00:00Z",
  };
  const waits = after([{ ...asked, queued: true }]);
  assert.equal(unsettled(waits.threads[CHAT])?.text, "Why?");
  const sent = after([{ ...asked, queued: false }]);
  assert.equal(unsettled(sent.threads[CHAT])?.state, "running");
  const running = after(numbered([start()]));
  assert.equal(unsettled(running.threads[CHAT])?.id, answer("answer", "question").id);
  const ended = after(numbered([start(), { type: "text", text: "Because." }, end()]));
  assert.equal(unsettled(ended.threads[CHAT]), undefined);
  assert.equal(unsettled(undefined), undefined);
});
