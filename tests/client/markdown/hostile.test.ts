// Awkward documents, after kinds that renderers were reported for: what each becomes, whole and
// when it arrives sign by sign.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { renderMarkdown } from "../../../webapp/src/markdown/index.ts";
import { resetDom } from "../dom.ts";
import { signs, streamed, whole } from "./helpers.ts";

beforeEach(resetDom);

/** The HTML without what every block and link has, and without the frames of code and tables. */
function shape(text: string): string {
  const container = document.createElement("div");
  renderMarkdown(container, text);
  for (const caption of container.querySelectorAll("figcaption")) caption.remove();
  return container.innerHTML
    .replace(/ (dir|rel|target|tabindex|role|type|aria-label)="[^"]*"/g, "")
    .replace(/<figure class="code"><pre class="source">(.*?)<\/pre><\/figure>/gs, "<pre>$1</pre>")
    .replace(/<figure><div class="table">(.*?)<\/div><\/figure>/gs, "$1")
    .replace(/<figure>(<div class="math display".*?<\/div>)<\/figure>/gs, "$1")
    .replace(/(class="math display") title="[^"]*"/g, "$1")
    .replace(/<\/?(table|thead|tbody)>/g, "");
}

const row = (...cells: string[]): string =>
  `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
const head = (...cells: string[]): string =>
  `<tr>${cells.map((cell) => `<th>${cell}</th>`).join("")}</tr>`;
const math = (formula: string): string => `<span class="math">${formula}</span>`;
const p = (html: string): string => `<p>${html}</p>`;

const DOCUMENTS: [string, string][] = [
  // Chinese, Japanese and Korean beside Latin letters.
  ["**重要：**English", p("<strong>重要：</strong>English")],
  ["**Note：**text", p("<strong>Note：</strong>text")],
  ["これは**「API」**that", p("これは<strong>「API」</strong>that")],
  ["x**「a」**b", p("x<strong>「a」</strong>b")],
  ["~~「a」~~b *（a）*b", p("<del>「a」</del>b <em>（a）</em>b")],
  ["**a。**b **a、**b", p("<strong>a。</strong>b <strong>a、</strong>b")],
  ["한국어**(a)**는 **注意！**Do", p("한국어<strong>(a)</strong>는 <strong>注意！</strong>Do")],
  ["中**「a」**。**b**中", p("中<strong>「a」</strong>。<strong>b</strong>中")],
  // Tables.
  ["|a|b|\n|-|-|\n|$P(A|B)$|c|", head("a", "b") + row(math("P(A|B)"), "c")],
  ["|a|b|\n|-|-|\n|c|`d|e`|", head("a", "b") + row("c", "<code>d|e</code>")],
  ["|a|\n|-|\n|``b|`|c``|", head("a") + row("<code>b|`|c</code>")],
  ["|a|\n|-|\n|`a\\|b`|", head("a") + row("<code>a|b</code>")],
  ["| a |\n|---|\n| b | c | d |", head("a") + row("b | c | d")],
  ["|a|b|\n|-|-|\n|1|\n|1|2|3|", head("a", "b") + row("1", "") + row("1", "2|3")],
  ["a | b\n- | -\n1 | 2 | 3", head("a", "b") + row("1", "2 | 3")],
  ["|a|\n|b|\n|c|", p("|a|\n|b|\n|c|")],
  ["> | a |\n> |-|\n> | b |", `<blockquote>${head("a") + row("b")}</blockquote>`],
  ["- | a |\n  |-|\n  | b |", `<ul><li>${head("a") + row("b")}</li></ul>`],
  // Lists and quotations.
  ["10. a\n11. b\n\n5) c", '<ol start="10"><li>a</li><li>b</li></ol><ol start="5"><li>c</li></ol>'],
  ["- > a\n  > b\n- c", "<ul><li><blockquote><p>a\nb</p></blockquote></li><li>c</li></ul>"],
  ["> - c\n>   d\n\ne", "<blockquote><ul><li>c\nd</li></ul></blockquote><p>e</p>"],
  ["- \n- a\n-", "<ul><li></li><li>a</li><li></li></ul>"],
  ["-a\n1.b\n#c", p("-a\n1.b\n#c")],
  ["1234567890. a", p("1234567890. a")],
  [
    "- - b\n- - - c",
    "<ul><li><ul><li>b</li></ul></li><li><ul><li><ul><li>c</li></ul></li></ul></li></ul>",
  ],
  ["- a\r\n- b\r\n\r\nc\rd", "<ul><li>a</li><li>b</li></ul><p>c\nd</p>"],
  // Code.
  ["```\na\n~~~\n```\nb", "<pre><code>a\n~~~</code></pre><p>b</p>"],
  ["````md\n```js\nx\n```\n````", "<pre><code>```js\nx\n```</code></pre>"],
  ["```js\na\n``` b\nc", "<pre><code>a\n``` b\nc</code></pre>"],
  ["~~~\na", "<pre><code>a</code></pre>"],
  ["`` a`b `` `` ` ``", p("<code>a`b</code> <code>`</code>")],
  ["`a``b` ``", p("<code>a``b</code> ``")],
  ["> ```\n> a\nb", "<blockquote><pre><code>a</code></pre></blockquote><p>b</p>"],
  // Formulas and money.
  ["$x_1$ and ($y$) cost $5", p(`${math("x_1")} and (${math("y")}) cost $5`)],
  ["$\\text{5\\$}$", p(math("\\text{5\\$}"))],
  ["100% $HOME/$USER $(b) $1,000 and $2,000", p("100% $HOME/$USER $(b) $1,000 and $2,000")],
  ["$a$b a$b$c $a\nb$ $", p("$a$b a$b$c $a\nb$ $")],
  ["$$a\n\nb$$", p("$$a") + p("b$$")],
  // HTML.
  [
    "<b>x</b> <script>a</script> <img src=x onerror=y>",
    p("<strong>x</strong> &lt;script&gt;a&lt;/script&gt; &lt;img src=x onerror=y&gt;"),
  ],
  ["<b onclick=x>a</b> <B>c</B>", p("&lt;b onclick=x&gt;a&lt;/b&gt; <strong>c</strong>")],
  ["<sub>a <b>c</sub></b>", p("<sub>a &lt;b&gt;c</sub>&lt;/b&gt;")],
  ["<b>a\n\nb</b>", p("&lt;b&gt;a") + p("b&lt;/b&gt;")],
  ["a <!-- b --> c <|im_end|> </s>", p("a &lt;!-- b --&gt; c &lt;|im_end|&gt; &lt;/s&gt;")],
  [
    "<details>\n\n```\n</details>\n```\n",
    "<details><summary>…</summary><pre><code>&lt;/details&gt;</code></pre></details>",
  ],
  [
    "<svg><a xlink:href='javascript:x'>a</a></svg>",
    p("&lt;svg&gt;&lt;a xlink:href='javascript:x'&gt;a&lt;/a&gt;&lt;/svg&gt;"),
  ],
  // Links.
  [
    "[a](javascript:x) [b](data:text/html,x) [c](//e.f) [d](vbscript:x) [e](file:///x)",
    p("a b c d e"),
  ],
  [
    "(https://g.h/i_(j)) https://k.l/m. https://k.l/n?!",
    p(
      '(<a href="https://g.h/i_(j)">https://g.h/i_(j)</a>) <a href="https://k.l/m">https://k.l/m</a>. <a href="https://k.l/n">https://k.l/n</a>?!',
    ),
  ],
  [
    "https://a.b/c」d **https://a.b/c**",
    p(
      '<a href="https://a.b/c">https://a.b/c</a>」d <strong><a href="https://a.b/c">https://a.b/c</a></strong>',
    ),
  ],
  ["[[a]](https://b.c) [a] (b)", p('<a href="https://b.c/">[a]</a> [a] (b)')],
  ["[]()![]()[](a)", p("")],
  ['[a](b "c\n\nd")', p('[a](b "c') + p('d")')],
  // Signs that are not seen.
  ["\ufeff# a", '<h3 class="h1">a</h3>'],
  ["\ufeff- a", "<ul><li>a</li></ul>"],
  ["a\u0000b", p("a\ufffdb")],
  ["\u202eabc [\u202emoc.elgoog](https://a.b)", p('abc <a href="https://a.b/">moc.elgoog</a>')],
  ["\u2067שלום\u2069 \u200fb", p("\u2067שלום\u2069 \u200fb")],
  ["&lt;b&gt; &#x1F34B; &#0; &#xD800; &#1114112; x", p("&lt;b&gt; 🍋 \ufffd \ufffd \ufffd x")],
  ["👨‍👩‍👧‍👦 🇩🇪 e\u0301 🍋**a**🍋", p("👨‍👩‍👧‍👦 🇩🇪 e\u0301 🍋<strong>a</strong>🍋")],
  ["   \n\t\n", ""],
  // Marks.
  ["a_b_c __d_e__ * e * ** f **", p("a_b_c <strong>d_e</strong> * e * ** f **")],
  ["**a **b **c **d**", p("**a **b **c <strong>d</strong>")],
  ["H~2~O ~5 to ~10 ~~c~~", p("H~2~O ~5 to ~10 <del>c</del>")],
  ["****a**** ***b***", p("<strong><strong>a</strong></strong> <em><strong>b</strong></em>")],
];

for (const [text, expected] of DOCUMENTS) {
  test(`${JSON.stringify(text).slice(0, 60)} is shown as it is meant`, () => {
    assert.equal(shape(text), expected);
    assert.equal(streamed(signs(text)).html, whole(text));
  });
}
