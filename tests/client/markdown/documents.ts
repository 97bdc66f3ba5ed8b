// Markdown to try things on: small pieces that meet in every way, and what models write.

export const PIECES: readonly string[] = [
  "A plain sentence. ",
  "\n",
  "\n\n",
  "Text with **bold**, *em*, ***both***, ~~gone~~ and `code`.",
  "- one\n- two\n",
  "- one\n\n- two, loose\n\n  more of two\n",
  "* star\n  * nested\n    1. deep\n",
  "1. first\n2. second\n   continued\n",
  "3) third\n",
  "- [ ] todo\n- [x] done\n",
  "# Heading\n",
  "### Third *level*\n",
  "Setext\n===\n",
  "Other\n---\n",
  "---\n",
  "***\n",
  "> quoted\n> more\n",
  "> quoted\nlazy\n",
  "> - in a list\n>\n> > deeper\n",
  "```python\nprint('x')\n\n# not a heading\n```\n",
  "```\nplain\n```\n",
  "~~~~js\n```\nlet a = 1;\n~~~~\n",
  "    indented code\n\n    after a blank\n",
  "| a | b |\n|---|:-:|\n| 1 | `x|y` |\n| 2 | **z** |\n",
  "Before\n| h |\n|---|\n| c |\n",
  "| not | a table\n",
  '[link](https://example.org/a_b "title")',
  "[link](<https://example.org/a b>)",
  "![image](https://example.org/i.png)",
  "<https://example.org>",
  "www.example.org and https://example.org/x?a=1&b=2.",
  "a<br>b <i>raw</i>",
  "<div>\nhtml\n</div>\n",
  "<!-- comment\n\nacross -->\n",
  "<a href=x>open ",
  "<pre>open\n",
  "$$\n\\frac{a}{b}\n$$\n",
  "$$ open\n",
  "\\[ x^2 \\]\n",
  "Euler: $e^{i\\pi}$, \\(a+b\\), $5 and $10.",
  "line one  \nline two\\\nline three\n",
  "&amp; &lt; &#65; &#x42; &nope;",
  "\\* not a list \\_x\\_",
  "**unclosed ",
  "*unclosed ",
  "`unclosed ",
  "[unclosed ",
  "snake_case_word and 2*3*4",
  "مرحبا **بالعالم**\n",
  "日本語のテキスト、**強調**です。\n",
  "👩‍👩‍👧‍👦 é\n",
  "\t tab\n",
  "  two spaces\n",
  "-",
  "=",
  "|",
  "#",
  "1.",
  "+ plus\n",
  "   - indented item\n",
  "text\n- right after\n",
  "text\n1. right after\n",
  "text\n> right after\n",
  "text\n```\nright after\n```\n",
  "text\n# right after\n",
  "- item\n\n      code in item\n",
  "- item\n  ```js\n  let x;\n  ```\n- next\n",
  "- item\n\n\n\n- far\n",
  "10. ten\n\n    para in ten\n",
  "\r\nwindows\r\n",
  "これは**「重要」**です。\n",
  "看https://example.com/a。然后\n",
  "H<sub>2</sub>O <kbd>Ctrl</kbd> <b>open\n",
  "<details><summary>More *here*</summary>\n\nHidden\n\n</details>\n",
  "<details>\n",
  "</details>\n",
  "where $ a $ and $AAPL/$MSFT\n",
  "\\[ x\n",
];

/** Pieces whose definitions reach back or forth over the whole document. */
export const REFERENCES: readonly string[] = [
  "see [ref] and [text][ref]\n",
  "[ref]: https://example.org/ref 'Title'\n",
  "note[^1] and [^gone]\n",
  "[^1]: The *note*\n    goes on\n",
  "[^2]: Other\n\n    with a paragraph\n",
  "regex [^a-z]\n",
];

export const ANSWERS: readonly string[] = [
  `Sure! Here is **how** it works:

1. **Install** the package:

   \`\`\`bash
   pip install tanya
   \`\`\`

2. Write a file \`app.py\`:

   \`\`\`python
   from tanya import ask

   print(ask("hi"))
   \`\`\`

3. Run it.

| Step | Time | Cost |
|:-----|-----:|:----:|
| one  | 1 s  | $5   |
| two  | 20 s | $10  |

> **Note**: prices vary. See [the docs](https://example.org/docs).

### Why?

- It is *fast*
- It is ~~slow~~ **simple**
  - nested point with \`code\`
  - another

The formula is $E = mc^2$, and in full:

$$
E^2 = (pc)^2 + (mc^2)^2
$$

That's all. 🎉
`,
  `## Обзор

Первый абзац с **жирным** и *курсивом*.
Вторая строка того же абзаца.

* пункт один
* пункт два

\`\`\`sql
SELECT * FROM users WHERE id = 1;
\`\`\`
`,
  `مرحبا! إليك **الإجابة**:

1. أولا
2. ثانيا

> اقتباس
`,
];
