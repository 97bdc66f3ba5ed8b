// What models write and renderers get wrong: each case stands for its kind.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { MarkdownView, renderMarkdown } from "../../../webapp/src/markdown/index.ts";
import { Lexed } from "../../../webapp/src/markdown/lexer.ts";
import { resetDom } from "../dom.ts";
import { signs, streamed } from "./helpers.ts";

declare const ROOT_FOLDER: string;

beforeEach(resetDom);

const input = (name: string): string =>
  readFileSync(join(ROOT_FOLDER, "tests/cases", name), "utf8");

function draw(text: string): HTMLElement {
  const container = document.createElement("div");
  renderMarkdown(container, text);
  return container;
}

const texts = (container: Element, selector: string): string[] =>
  [...container.querySelectorAll(selector)].map((element) => element.textContent ?? "");

test("bold beside Chinese, Japanese and Korean needs no white space", () => {
  const container = draw(input("m01-cjk-bold.md"));
  assert.deepEqual(texts(container, "strong"), ["「重要」", "我想做。", "마크다운(Markdown)"]);
  assert.ok(!container.textContent!.includes("*"));
  assert.deepEqual(texts(draw("**一**、**「二」**と**三。**四 ~~「五」~~六"), "strong, del"), [
    "一",
    "「二」",
    "三。",
    "「五」",
  ]);
  assert.deepEqual(texts(draw("2 * 3 * 4, snake_case_name, a_「b」_c"), "em"), []);
});

test("a bare address ends before punctuation that is not ASCII", () => {
  const links = draw(input("m02-autolink-cjk.md")).querySelectorAll("a");
  assert.deepEqual(
    [...links].map((link) => link.href),
    ["https://example.com/a", "https://example.com/b"],
  );
});

test("money, tickers and variables are no formulas", () => {
  for (const text of [
    input("m03-tickers-as-math.md"),
    "US$5 and $6",
    "$ 5 or $ 6",
    "from $5 to $6",
    "$a b$c",
  ]) {
    const container = draw(text);
    assert.deepEqual(texts(container, ".math"), [], text);
    assert.equal(container.textContent!.trim(), text.trim());
  }
});

test("formulas may have white space at both ends", () => {
  const container = draw(`${input("m10-spaced-dollars.md")}\n$x^2$ and $ \\alpha + \\beta $`);
  assert.deepEqual(texts(container, ".math"), ["a", "b", "0 < a < 1", "x^2", "\\alpha + \\beta"]);
});

test("subscript, superscript, keys and folded details are understood", () => {
  const container = draw(input("m04-inline-html.md"));
  assert.deepEqual(texts(container, "sub, sup, kbd"), ["2", "2", "Ctrl"]);
  assert.deepEqual(texts(container, "details > summary"), ["More"]);
  assert.deepEqual(texts(container, "details > p"), ["Hidden"]);
  const written = draw(
    "<details>\n<summary>Q</summary>\nText\n```html\n</details>\n```\n</details>\nAfter",
  );
  assert.deepEqual(texts(written, "details code"), ["</details>"]);
  assert.deepEqual(texts(written, "div > p").at(-1), "After");
});

test("a picture in a link leads where the link leads", () => {
  const links = draw(input("m09-linked-picture.md")).querySelectorAll("a");
  assert.deepEqual(
    [...links].map((link) => [link.href, link.textContent]),
    [["https://example.org/ci", "build"]],
  );
});

test("citation marks in characters of private use are not shown, whole or half", () => {
  const text = "Paris\ue200cite\ue202turn0search1\ue201 is \ue202the\ue201 capital.";
  const { html } = streamed(signs(text), (container) => {
    assert.doesNotMatch(container.textContent ?? "", /[\ue200-\ue2ff]|cite|turn0/);
  });
  assert.match(html, /Paris is the capital\./);
});

for (const piece of [
  "- ",
  "> ",
  "1. ",
  "* > ",
  "<details>\n",
  "[^1]: ",
  "**a ",
  "<b>",
  "![",
  "[[",
]) {
  test(`deep nesting of ${JSON.stringify(piece)} becomes flat`, () => {
    const container = draw(`Before.\n\n${piece.repeat(1500)}deep\n\nAfter.`);
    for (const word of ["Before.", "deep", "After."])
      assert.ok(container.textContent!.includes(word), word);
    let deepest = 0;
    for (const element of container.querySelectorAll("*")) {
      let depth = 0;
      for (let at: Element | null = element; at && at !== container; at = at.parentElement) depth++;
      deepest = Math.max(deepest, depth);
    }
    assert.ok(deepest <= 40, `${deepest}`);
  });
}

test("an answer of bullets alone hides nothing of what stands around it", () => {
  const container = draw(input("m05-deep-bullets.md"));
  assert.ok(container.textContent!.includes("Before."));
  assert.ok(container.textContent!.includes("- - -"));
});

test("when drawing fails, the text is shown as it is, also what comes after", (t) => {
  const told = t.mock.fn();
  globalThis.reportError = told;
  t.mock.method(Lexed.prototype, "inline", () => {
    throw new RangeError("Maximum call stack size exceeded");
  });
  const container = document.createElement("div");
  const view = new MarkdownView(container);
  view.update("**One**");
  view.update("**One** two");
  view.finish();
  assert.equal(container.textContent, "**One** two");
  assert.equal(told.mock.callCount(), 1);
});
