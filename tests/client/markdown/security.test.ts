// Model output is untrusted: whatever it says, shown whole or sign by sign, nothing in the page
// may run, load, submit, or lead to a script.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import { math } from "../../../webapp/src/markdown/decorate.ts";
import { MarkdownView } from "../../../webapp/src/markdown/index.ts";
import { typeset } from "../../../webapp/src/workers/math.ts";
import { resetDom } from "../dom.ts";
import { runs } from "../runs.ts";
import { CORPUS, SCRIPT } from "./attacks.ts";
import { PIECES } from "./documents.ts";
import { signs } from "./helpers.ts";

beforeEach(resetDom);

const SAFE_TAGS =
  /^(p|h3|ul|ol|li|blockquote|hr|pre|code|table|thead|tbody|tr|th|td|div|span|figure|figcaption|button|strong|em|del|a|br|sup|sub|u|kbd|mark|details|summary)$/;
const SAFE_ATTRIBUTES =
  /^(class|dir|href|target|rel|title|start|role|tabindex|type|aria-label|data-footnote|data-align)$/;

function assertHarmless(container: HTMLElement, payload: string): void {
  for (const element of container.querySelectorAll("*")) {
    assert.match(element.localName, SAFE_TAGS, `${element.localName} from ${payload}`);
    for (const { name, value } of element.attributes) {
      assert.match(name, SAFE_ATTRIBUTES, `${name} from ${payload}`);
      if (name === "href") assert.match(value, /^(https?|mailto|tel|tg):/, payload);
      if (name === "type") assert.equal(value, "button", payload);
    }
  }
}

test(`none of ${CORPUS.length} attacks does anything when shown whole`, () => {
  assert.ok(CORPUS.length >= 200);
  for (const payload of CORPUS) {
    const container = document.createElement("div");
    const view = new MarkdownView(container);
    view.update(payload);
    assertHarmless(container, payload);
    view.finish();
    assertHarmless(container, payload);
  }
});

test("none of them does anything at any moment when it arrives sign by sign", () => {
  for (const payload of CORPUS) {
    const container = document.createElement("div");
    const view = new MarkdownView(container);
    for (const sign of signs(payload)) {
      view.append(sign);
      assertHarmless(container, payload);
    }
    view.finish();
    assertHarmless(container, payload);
  }
});

test("nor in any company", () => {
  const parts = fc.array(fc.constantFrom(...CORPUS, ...PIECES), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(parts, (chosen) => {
      const container = document.createElement("div");
      const view = new MarkdownView(container);
      for (const part of chosen) view.append(part);
      assertHarmless(container, chosen.join(""));
      view.finish();
      assertHarmless(container, chosen.join(""));
    }),
    { numRuns: runs(500) },
  );
});

const FORMULAS = [
  `\\href{javascript:${SCRIPT}}{x}`,
  `\\url{javascript:${SCRIPT}}`,
  "\\includegraphics{https://evil.example/x.png}",
  "\\htmlClass{evil}{x}",
  "\\htmlId{boot}{x}",
  "\\htmlStyle{position:fixed;inset:0}{x}",
  "\\htmlData{a=b}{x}",
  "\\class{x}{y}",
  "\\style{background:url(https://evil.example)}{x}",
  "\\color{red;position:fixed}{x}",
  "\\textcolor{url(//evil)}{x}",
  "\\unicode{x3C}script",
  "\\text{<script>alert(1)</script>}",
  "\\def\\x{\\x\\x}\\x",
  "\\rule{9999em}{9999em}",
  "\\kern{9999em}",
  "\\frac{a}{b}",
  "\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}",
  "\\cancel{x}",
  "\\boxed{x}",
  "\\sqrt[3]{x}",
  "\\overbrace{a}^{b}",
  "\\vec{v}\\prime",
  "\\tag{1} x",
];

test("a formula becomes MathML and nothing else", () => {
  let drawn = 0;
  for (const tex of FORMULAS) {
    for (const display of [true, false]) {
      let node: Node;
      try {
        node = math(typeset(tex, display));
      } catch {
        continue; // Refused by the TeX parser: the source stays on screen.
      }
      drawn++;
      const holder = document.createElement("div");
      holder.append(node);
      for (const element of holder.querySelectorAll("*")) {
        assert.match(element.localName, /^(math|m[a-z]+|none)$/, tex);
        for (const { name, value } of element.attributes) {
          assert.doesNotMatch(name, /^(on|href|src|xlink|id$|data)/i, tex);
          assert.doesNotMatch(value, /url\(|javascript|position/i, tex);
        }
      }
    }
  }
  assert.ok(drawn > 10, `only ${drawn} were drawn`);
});
