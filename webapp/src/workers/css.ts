// CSS for the highlighter. Its own definition lists every property, tag and pseudo-class there
// is, which is a third of all its languages' weight; these tell them by where they stand.
import type { HLJSApi, Language } from "highlight.js";

/** Words before the brace of a rule are its selector; the reach bounds what a long text costs. */
const IN_SELECTOR = "(?=[^;{}]{0,200}\\{)";

export default function css(hljs: HLJSApi): Language {
  const { C_BLOCK_COMMENT_MODE, APOS_STRING_MODE, QUOTE_STRING_MODE } = hljs;
  const strings = [APOS_STRING_MODE, QUOTE_STRING_MODE];
  return {
    case_insensitive: true,
    contains: [
      C_BLOCK_COMMENT_MODE,
      ...strings,
      { scope: "keyword", match: /@[\w-]+/ },
      { scope: "meta", match: /!important/ },
      {
        scope: "attribute",
        match: /--[\w-]+|[a-z-]+(?=\s*:([^{}]{0,200}([;}]|$)|[^{}()]{0,200}\)))/,
      },
      { scope: "selector-attr", begin: /\[/, end: /\]/, contains: strings },
      { scope: "selector-id", match: `#[a-z_][\\w-]*${IN_SELECTOR}` },
      { scope: "selector-class", match: /\.[a-z_][\w-]*/ },
      { scope: "selector-pseudo", match: `::?[a-z-]+${IN_SELECTOR}` },
      { scope: "number", match: /#[\da-f]{3,8}\b|[+-]?(\b\d+(\.\d+)?|\.\d+)(%|[a-z]+)?/ },
      { scope: "built_in", match: /[\w-]+(?=\()/ },
      { scope: "selector-tag", match: `[a-z][\\w-]*${IN_SELECTOR}` },
    ],
  };
}
