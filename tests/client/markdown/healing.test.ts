// What a reader sees while a text is still being written: no raw marks.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { MarkdownView } from "../../../webapp/src/markdown/index.ts";
import { resetDom } from "../dom.ts";
import { ANSWERS } from "./documents.ts";
import { signs } from "./helpers.ts";

beforeEach(resetDom);

function unfinished(text: string): HTMLElement {
  const container = document.createElement("div");
  new MarkdownView(container).update(text);
  return container;
}

const shape = (text: string): string =>
  unfinished(text).innerHTML.replace(
    / (dir|rel|target|tabindex|role|type|aria-label)="[^"]*"/g,
    "",
  );

test("what is open is closed", () => {
  const cases: [string, string][] = [
    ["a **bold", "<p>a <strong>bold</strong></p>"],
    ["a **bold ", "<p>a <strong>bold</strong></p>"],
    ["a **bold*", "<p>a <strong>bold</strong></p>"],
    ["a **bold *both", "<p>a <strong>bold <em>both</em></strong></p>"],
    ["~~gone", "<p><del>gone</del></p>"],
    ["see `code", "<p>see <code>code</code></p>"],
    ["see ``a`b`", "<p>see <code>a`b</code></p>"],
    ["see [the docs](https://exam", "<p>see the docs</p>"],
    ["see [the do", "<p>see the do</p>"],
    ["see ![a cat](https://exam", "<p>see a cat</p>"],
    ["- one\n- **two", "<ul><li>one</li><li><strong>two</strong></li></ul>"],
    ["> *quoted", "<blockquote><p><em>quoted</em></p></blockquote>"],
    ["# A **head", '<h3 class="h1">A <strong>head</strong></h3>'],
  ];
  for (const [text, expected] of cases) assert.equal(shape(text), expected, text);
});

test("what cannot be understood yet is held back", () => {
  const cases: [string, string][] = [
    ["text **", "<p>text</p>"],
    ["text\n-", "<p>text</p>"],
    ["text\n==", "<p>text</p>"],
    ["text\n\n#", "<p>text</p>"],
    ["- one\n-", "<ul><li>one</li></ul>"],
    ["1. one\n2.", "<ol><li>one</li></ol>"],
    ["say `", "<p>say</p>"],
  ];
  for (const [text, expected] of cases) assert.equal(shape(text), expected, text);
});

test("what only looks open is left alone", () => {
  const cases: [string, string][] = [
    ["2 * 3 and snake_case", "<p>2 * 3 and snake_case</p>"],
    ["about ~5", "<p>about ~5</p>"],
    ["it costs $5", "<p>it costs $5</p>"],
    ["done **bold** and", "<p>done <strong>bold</strong> and</p>"],
    ["closed `code` and", "<p>closed <code>code</code> and</p>"],
  ];
  for (const [text, expected] of cases) assert.equal(shape(text), expected, text);
});

test("a table is one from its first cells on", () => {
  for (const text of ["| a | b", "| a | b |\n", "| a | b |\n|--", "| a | b |\n| --- | :-"]) {
    const cells = [...unfinished(`Here:\n\n${text}`).querySelectorAll("th")];
    assert.deepEqual(
      cells.map((cell) => cell.textContent),
      ["a", "b"],
      text,
    );
  }
});

test("a formula is one from its first sign on", () => {
  assert.equal(unfinished("So:\n\n$$\n\\frac{a").querySelector(".math")?.textContent, "\\frac{a");
  assert.equal(unfinished("so \\(a+").querySelector(".math")?.textContent, "a+");
});

test("half of a closing fence is not code", () => {
  assert.equal(unfinished("```js\nlet a;\n``").querySelector("code")?.textContent, "let a;");
});

test("no sign of an answer ever shows a raw mark", () => {
  for (const answer of ANSWERS) {
    const container = document.createElement("div");
    const view = new MarkdownView(container);
    let text = "";
    for (const sign of signs(answer)) {
      text += sign;
      view.update(text);
      const prose = [...container.querySelectorAll("p, li, th, td, h3")].map((element) =>
        [...element.childNodes]
          .filter((n) => n.nodeType === 3)
          .map((n) => n.textContent)
          .join(""),
      );
      for (const shown of prose) {
        assert.doesNotMatch(shown, /\*\*|~~|`|\]\(|^\s*#|^\s*\|/, JSON.stringify(text.slice(-40)));
      }
    }
  }
});

test("drawing the same again touches nothing", () => {
  const container = document.createElement("div");
  const view = new MarkdownView(container);
  view.update("- a\n- b\n\ntext **bold");
  const before = [...container.querySelectorAll("*")];
  view.update("- a\n- b\n\ntext **bold**");
  assert.deepEqual(
    [...container.querySelectorAll("*")].map((e, i) => e === before[i]),
    before.map(() => true),
  );
});

test("another text replaces what was shown, also after the end", () => {
  const container = document.createElement("div");
  const view = new MarkdownView(container);
  view.update("one\n\ntwo\n\nthree");
  view.update("other");
  assert.equal(container.textContent, "other");
  view.finish();
  view.update("other and more");
  view.finish();
  assert.equal(container.innerHTML, '<p dir="auto">other and more</p>');
});
