// What Markdown becomes, construct by construct.
import { resetDom } from "../dom.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { renderMarkdown } from "../../../webapp/src/markdown/index.ts";
import { useBoot } from "../../../webapp/src/i18n.ts";

beforeEach(() => {
  resetDom();
  useBoot({ language: "en", dir: "ltr", version: "1", messages: {
    "app.markdown.code_in": "Code: {language}", "app.markdown.copy": "Copy",
  } });
});

function html(text: string): string {
  const container = document.createElement("div");
  renderMarkdown(container, text);
  return container.innerHTML;
}

test("dump", () => {
  for (const text of [
    "Hello **bold** and *em* ~~del~~ `code` &amp; &lt; <b>x</b> a<br>b \\* [l](https://a.b/c?d=1&e=2 \"T\") [bad](javascript:alert(1)) ![img](https://x.y/z.png)",
    "# T\n\n### U\n\nText\n====\n",
    "- a\n- b\n  1. c\n  2. d\n\n- [ ] x\n- [x] y\n",
    "```python\nprint(1)\n```\n\n    indented\n",
    "| a | b |\n|:--|--:|\n| 1 | **2** |\n",
    "> q\n> > r\n\n---\n",
    "see [r] and [x][r]\n\n[r]: https://e.f 'Title'\n",
    "Costs $5 and $10, but $x^2$ and \\(y\\).\n$$\n\\frac{1}{2}\n$$\nafter\n\n\\[ z \\]\n",
    "Note[^1] and [^none].\n\n[^1]: The note *here*.\n",
    "https://auto.link/a?b&amp;c and www.x.org, a@b.cd",
    "<script>alert(1)</script>\n\n<div onclick=x>hi</div>\n",
  ]) console.log(html(text), "\n");
});
