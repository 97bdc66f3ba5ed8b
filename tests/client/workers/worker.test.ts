// What the worker makes of code and formulas; its functions, without the thread.
import assert from "node:assert/strict";
import { test } from "node:test";
import { highlight } from "../../../webapp/src/workers/highlight.ts";
import { typeset } from "../../../webapp/src/workers/math.ts";

test("coloured pieces, joined, are the code itself", () => {
  const code = 'def f(x):\n    """Doc <b>."""\n    return f"{x}&amp;" # done\n';
  const pieces = highlight(code, "python")!;
  assert.equal(pieces.map(([, text]) => text).join(""), code);
  assert.ok(pieces.some(([scope, text]) => scope === "keyword" && text === "def"));
});

test("a script in a page is coloured as a script", () => {
  const pieces = highlight("<script>let a = 1;</script>", "html")!;
  assert.ok(pieces.some(([scope, text]) => scope === "keyword" && text === "let"));
});

test("a style sheet is told by where its words stand", () => {
  const code = `@media (min-width: 40rem) {
  /* wide */
  ul > li.row:hover, #top a[href^="http"]::after { color: #0af8; margin: -0.5em auto; --gap: calc(1px + .5%) !important }
}`;
  const pieces = highlight(code, "css")!;
  assert.equal(pieces.map(([, text]) => text).join(""), code);
  const of = (scope: string) => pieces.filter(([one]) => one === scope).map(([, text]) => text);
  assert.deepEqual(of("keyword"), ["@media"]);
  assert.deepEqual(of("comment"), ["/* wide */"]);
  assert.deepEqual(of("selector-tag"), ["ul", "li", "a"]);
  assert.deepEqual(of("selector-pseudo"), [":hover", "::after"]);
  assert.deepEqual(of("attribute"), ["min-width", "color", "margin", "--gap"]);
  assert.deepEqual(of("number"), ["40rem", "#0af8", "-0.5em", "1px", ".5%"]);
  assert.ok(of("built_in").includes("calc"));
  assert.ok(
    highlight("<style>p { color: red }</style>", "html")!.some(([scope]) => scope === "attribute"),
  );
});

test("a style sheet without an end costs no more than others", () => {
  const before = performance.now();
  highlight("a:b ".repeat(12_000), "css");
  assert.ok(performance.now() - before < 2_000);
});

test("names that people use are known, unknown ones leave the code plain", () => {
  for (const name of ["py", "js", "ts", "sh", "html", "yml", "c++", "cs", "golang", "rs", "jsx"]) {
    assert.ok(highlight("x", name), name);
  }
  assert.equal(highlight("x", "klingon"), null);
  assert.equal(highlight("x".repeat(60_000), "python"), null);
});

test("TeX becomes a tree of MathML", () => {
  const json = JSON.stringify(typeset("\\frac{a}{b^2}", true));
  for (const tag of ["math", "mfrac", "msup", "mi", "mn"])
    assert.match(json, new RegExp(`"tag":"${tag}"`));
});

test("what is no TeX is refused", () => {
  assert.throws(() => typeset("\\frac{", false));
  assert.throws(() => typeset("\\def\\x{\\x\\x}\\x", false));
});
