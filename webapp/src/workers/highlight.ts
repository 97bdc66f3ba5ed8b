// Splits code into coloured pieces, for the languages that people ask about most. Each language is
// one line here and one to two kilobytes.

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import css from "./css.ts";
import type { Segments } from "./protocol.ts";

const languages = {
  bash,
  cpp,
  csharp,
  css,
  diff,
  go,
  java,
  javascript,
  json,
  python,
  rust,
  sql,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
// C++ highlighting also covers C.
hljs.registerAliases(["c", "h"], { languageName: "cpp" });

/** Longer code stays plain: the colours would arrive too late. */
const LONGEST = 50_000;

interface Node {
  scope?: string;
  children: (Node | string)[];
}

/** The pieces of `code`; null when the language is unknown. */
export function highlight(code: string, language: string): Segments | null {
  if (!hljs.getLanguage(language) || code.length > LONGEST) return null;
  const { _emitter } = hljs.highlight(code, { language, ignoreIllegals: true });
  const segments: Segments = [];
  collect((_emitter as unknown as { rootNode: Node }).rootNode, "", segments);
  return segments;
}

/** The innermost scope colours a piece; an embedded language has none of its own. */
function collect(node: Node, outer: string, into: Segments): void {
  const scope = node.scope && !node.scope.startsWith("language:") ? node.scope : outer;
  for (const child of node.children) {
    if (typeof child !== "string") collect(child, scope, into);
    else if (into.at(-1)?.[0] === scope) into.push([scope, into.pop()![1] + child]);
    else into.push([scope, child]);
  }
}
