// What Markdown becomes, construct by construct.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { renderMarkdown, setHost } from "../../../webapp/src/markdown/index.ts";
import { resetDom } from "../dom.ts";

const copied: string[] = [];
const widened: Node[] = [];
beforeEach(() => {
  resetDom();
  copied.length = 0;
  widened.length = 0;
  setHost({
    t: (key, values) =>
      [key.replace("app.markdown.", ""), ...Object.values(values ?? {})].join(" "),
    copyText: async (text) => copied.push(text) > 0,
    widen: (shown) => widened.push(shown),
  });
});

function draw(text: string): HTMLElement {
  const container = document.createElement("div");
  document.body.append(container);
  renderMarkdown(container, text);
  return container;
}

const shape = (text: string): string =>
  draw(text).innerHTML.replace(/ (dir|rel|target|tabindex|role|type)="[^"]*"/g, "");

test("inline marks nest, and escapes and character references are resolved", () => {
  assert.equal(
    shape("**b *e*** ~~d~~ `c &amp;` \\* &amp; &#65; &nope;"),
    "<p><strong>b <em>e</em></strong> <del>d</del> <code>c &amp;amp;</code> * &amp; A &amp;nope;</p>",
  );
});

test("all headings have one level, which cannot break the page's outline", () => {
  assert.equal(shape("# A\n\n#### B"), '<h3 class="h1">A</h3><h3 class="h4">B</h3>');
});

test("every block finds its own direction; code reads from left to right", () => {
  const container = draw("مرحبا\n\n- a\n\n> q\n\n| a |\n|--|\n| b |\n\n```\nx\n```");
  for (const tag of ["p", "blockquote", "th", "td"]) {
    assert.equal(container.querySelector(tag)?.getAttribute("dir"), "auto", tag);
  }
  assert.equal(container.querySelector("pre")?.getAttribute("dir"), "ltr");
});

test("a list has the direction of its first letter, and all of its marks stand on one side", () => {
  const lists = "- one\n- اثنان\n  - ثلاثة\n\n1. **أربعة**\n\n2. Python هي لغة\n\n* 1, 2\n";
  const container = draw(lists);
  const found = [...container.querySelectorAll("ul, ol")].map((list) => list.getAttribute("dir"));
  assert.deepEqual(found, ["ltr", "rtl", "rtl", "auto"]);
  assert.equal(container.querySelector("li[dir]"), null);
});

test("links leave the app in a window of their own, and tell nobody where from", () => {
  const link = draw('[l](https://a.b/c?d=1&amp;e "T")').querySelector("a")!;
  assert.equal(link.getAttribute("href"), "https://a.b/c?d=1&e");
  assert.equal(link.getAttribute("rel"), "noopener noreferrer nofollow");
  assert.equal(link.getAttribute("target"), "_blank");
  assert.equal(link.getAttribute("title"), "T");
});

test("links of other schemes, and into the app itself, are plain words", () => {
  for (const href of [
    "javascript:alert(1)",
    "data:text/html,x",
    "/api/me",
    "#top",
    "file:///etc",
    "blob:x",
  ]) {
    assert.equal(shape(`[word](${href})`), "<p>word</p>", href);
  }
});

test("an image becomes a link, so that nobody is told who reads", () => {
  const container = draw("![A cat](https://x.y/cat.png)");
  assert.equal(container.querySelector("img"), null);
  assert.equal(container.querySelector("a.image")?.textContent, "🖼 A cat");
});

test("HTML is shown, not obeyed, but for a few harmless tags that have a partner", () => {
  assert.equal(shape("a<br>b<i>c</i>"), "<p>a<br>b<em>c</em></p>");
  assert.equal(shape("a<i>b"), "<p>a&lt;i&gt;b</p>");
  assert.equal(shape('<i class="x">b</i>'), '<p>&lt;i class="x"&gt;b&lt;/i&gt;</p>');
  assert.equal(shape("<u>a<kbd>b</u>c</kbd>"), "<p><u>a&lt;kbd&gt;b</u>c&lt;/kbd&gt;</p>");
});

test("code can be reached and copied, and has a name", () => {
  const container = draw("```Python\nprint(1)\n```");
  const pre = container.querySelector("pre")!;
  assert.equal(pre.getAttribute("tabindex"), "0");
  assert.equal(pre.getAttribute("aria-label"), "code_in python");
  container.querySelector<HTMLElement>("button.copy:last-child")!.click();
  assert.deepEqual(copied, ["print(1)"]);
});

test("a table is copied as spreadsheets take it, a formula as it was written", () => {
  const table = draw("| a | **b** |\n|--|--|\n| 1 | 2 |").querySelector("figure")!;
  table.querySelector<HTMLElement>("button.copy:last-child")!.click();
  const formula = draw("$$\n\\frac{1}{2}\n$$").querySelector("figure")!;
  formula.querySelector<HTMLElement>("button.copy:last-child")!.click();
  assert.deepEqual(copied, ["a\tb\n1\t2", "\\frac{1}{2}"]);
});

test("what scrolls sideways can be shown by itself, without its buttons", () => {
  const figure = draw("| a |\n|--|\n| 1 |").querySelector("figure")!;
  figure.querySelector<HTMLElement>("button.copy")!.click();
  assert.equal(widened.length, 1);
  assert.equal(widened[0]!.textContent, "a1");
  assert.notEqual(widened[0], figure);
});

test("a wide table scrolls inside a box that the keyboard can reach", () => {
  const box = draw("| a | b |\n|:-:|--:|\n| 1 | **2** |").querySelector(".table")!;
  assert.equal(box.getAttribute("tabindex"), "0");
  assert.ok(box.getAttribute("aria-label"));
  assert.equal(box.querySelector("td")?.dataset.align, "center");
  assert.equal(box.querySelector("td strong")?.textContent, "2");
});

test("lists keep their start, their tightness and their tasks", () => {
  assert.equal(shape("3. a\n4. b"), '<ol start="3"><li>a</li><li>b</li></ol>');
  assert.equal(shape("- a\n\n- b"), "<ul><li><p>a</p></li><li><p>b</p></li></ul>");
  const boxes = [...draw("- [ ] a\n- [x] b").querySelectorAll(".task")];
  assert.deepEqual(
    boxes.map((box) => box.getAttribute("aria-label")),
    ["todo", "done"],
  );
});

test("references defined later are links at the end", () => {
  assert.match(
    shape("[r] and [x][r]\n\n[r]: https://e.f"),
    /<a href="https:\/\/e.f\/">r<\/a> and <a/,
  );
});

test("a footnote's mark leads to its note; a mark without a note is just text", () => {
  const container = draw("a[^1] b[^2]\n\n[^1]: The *note*");
  assert.equal(container.querySelectorAll("button.footnote-ref").length, 1);
  assert.match(container.textContent, /b\[\^2\]/);
  assert.equal(container.querySelector('[data-footnote="1"] em')?.textContent, "note");
});

test("formulas are told from money", () => {
  const formulas = (text: string) =>
    [...draw(text).querySelectorAll(".math")].map((e) => e.textContent);
  assert.deepEqual(formulas("$5 and $10, or $5-$10, US$3, $ 4 $"), []);
  assert.deepEqual(formulas("$x$, $a_1 + b$ and \\(y\\)"), ["x", "a_1 + b", "y"]);
  assert.deepEqual(formulas("Text:\n$$\n\\frac{1}{2}\n$$\nmore\n\n\\[z\\]"), ["\\frac{1}{2}", "z"]);
  assert.deepEqual(formulas("`$x$`\n\n```\n$$x$$\n```"), []);
});
