// Text with entities: a tree that keeps the text, and DOM that holds nothing but it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import { render } from "preact";
import { entityTree, safeHref, textOf } from "../../page/src/chat/entities.ts";
import { Formatted } from "../../page/src/chat/formatted.tsx";
import { Blocks } from "../../page/src/chat/rich-blocks.tsx";
import type { Entity, RichBlock } from "../../page/src/world/telegram.ts";
import { resetDom } from "./dom.ts";

beforeEach(resetDom);

const entity = (type: string, offset: number, length: number, more = {}): Entity => ({
  type,
  offset,
  length,
  ...more,
});

function shown(text: string, entities: Entity[]): HTMLElement {
  render(<Formatted text={text} entities={entities} />, document.body);
  return document.body;
}

test("nested entities nest, and offsets count UTF-16 units", () => {
  const body = shown("😀 bold and code", [entity("bold", 3, 13), entity("code", 12, 4)]);
  assert.equal(body.querySelector("strong")?.textContent, "bold and code");
  assert.equal(body.querySelector("strong code")?.textContent, "code");
  assert.equal(body.textContent, "😀 bold and code");
});

test("entities that cut into each other are clipped, and no text is lost or doubled", () => {
  const tree = entityTree("abcdef", [entity("bold", 0, 4), entity("italic", 2, 4)]);
  assert.equal(textOf(tree), "abcdef");
});

test("law: whatever the entities, the tree's text is the text", () => {
  const entities = fc.array(
    fc.record({
      type: fc.constantFrom("bold", "pre", "spoiler"),
      offset: fc.integer({ min: -3, max: 25 }),
      length: fc.integer({ min: -2, max: 25 }),
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), entities, (text, list) => {
      assert.equal(textOf(entityTree(text, list)), text);
    }),
  );
});

test("markup in a message stays text", () => {
  const text = '<img src=x onerror="alert(1)"><script>alert(1)</script>';
  const body = shown(text, [entity("bold", 0, text.length)]);
  assert.equal(body.textContent, text);
  assert.equal(body.querySelector("img, script"), null);
});

test("only addresses that are safe to follow become links", () => {
  for (const address of [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:x",
    "",
  ]) {
    const body = shown("click", [entity("text_link", 0, 5, { url: address })]);
    assert.equal(body.querySelector("a"), null, address);
    assert.equal(body.textContent, "click");
  }
  assert.equal(safeHref("example.org/a"), "https://example.org/a");
  assert.equal(safeHref("localhost:8000"), "https://localhost:8000");
});

test("links open apart and tell the other side nothing", () => {
  const link = shown("site", [
    entity("text_link", 0, 4, { url: "https://example.org" }),
  ]).querySelector("a");
  assert.equal(link?.getAttribute("target"), "_blank");
  assert.equal(link?.getAttribute("rel"), "noopener noreferrer");
});

test("a spoiler is hidden from eyes and screen readers until it is pressed", async () => {
  const body = shown("secret", [entity("spoiler", 0, 6)]);
  assert.ok(body.querySelector("button.spoiler [aria-hidden=true]"));
  body.querySelector<HTMLButtonElement>("button.spoiler")?.click();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(body.querySelector("button.spoiler"), null);
  assert.equal(body.querySelector(".spoiler.shown")?.textContent, "secret");
});

test("a block of code can be reached and scrolled by keyboard, and says its language", () => {
  const pre = shown("x = 1", [entity("pre", 0, 5, { language: "python" })]).querySelector("pre");
  assert.equal(pre?.getAttribute("tabindex"), "0");
  assert.match(pre?.textContent ?? "", /^python/);
});

test("rich blocks are shown as what they are, text of any depth included", () => {
  const blocks: RichBlock[] = [
    { type: "heading", text: "Title", size: 1 },
    {
      type: "paragraph",
      text: ["plain ", { type: "bold", text: ["very ", { type: "italic", text: "deep" }] }],
    },
    {
      type: "table",
      cells: [
        [{ align: "left", valign: "top", text: "head", is_header: true }],
        [{ align: "right", valign: "top", text: "1" }],
      ],
    },
    { type: "list", items: [{ label: "1.", blocks: [{ type: "paragraph", text: "first" }] }] },
    { type: "pre", text: "code", language: "c" },
  ];
  render(<Blocks blocks={blocks} />, document.body);
  assert.equal(document.querySelector("[role=heading]")?.textContent, "Title");
  assert.equal(document.querySelector("strong em")?.textContent, "deep");
  assert.equal(document.querySelector("th")?.textContent, "head");
  assert.match(document.querySelector("li")?.textContent ?? "", /first/);
  assert.ok(document.querySelector("pre code"));
});

test("a block of a kind not known yet is named, never dropped in silence", () => {
  render(<Blocks blocks={[{ type: "hologram" }]} />, document.body);
  assert.ok(document.querySelector(".unsupported"));
});
