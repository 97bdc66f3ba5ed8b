// CSS for the highlighter. Its own definition lists every property, tag and pseudo-class, a third
// of the size of all its languages; these rules recognise them by position.
import type { HLJSApi, Language } from "highlight.js";

/** Words before a rule's brace are its selector; the limit bounds the cost of a long text. */
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
