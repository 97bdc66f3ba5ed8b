// What Markdown lacks and models write: mathematics and footnotes, as extensions of the lexer.

import {
  Tokenizer, type TokenizerExtensionFunction, type TokenizerStartFunction, type Tokens,
} from "marked";

export interface MathToken extends Tokens.Generic {
  type: "math";
  tex: string;
  display: boolean;
}
export interface FootnoteToken extends Tokens.Generic {
  type: "footnote";
  label: string;
}
export interface FootnoteRefToken extends Tokens.Generic {
  type: "footnoteRef";
  label: string;
}

// `$$…$$` and `\[…\]` at the start of a line. No blank line inside: whether a formula goes on
// is then known at the first one, and what was shown after it never has to be taken back.
const inside = (end: string) => String.raw`((?:(?!\n[ \t]*\n|${end})[\s\S])+?)`;
const DOLLARS = String.raw`\$\$`;
const BRACKET = String.raw`\\\]`;
const BLOCK_SOURCE = String.raw` {0,3}(?:\$\$${inside(DOLLARS)}\$\$|\\\[${inside(BRACKET)}\\\])[ \t]*(?:\n|$)`;
const BLOCK = new RegExp(`^${BLOCK_SOURCE}`);
const BLOCK_AHEAD = new RegExp(`\\n(?=${BLOCK_SOURCE})`);

const UNCLOSED = new RegExp(
  String.raw`(?:^|\n) {0,3}(?:\$\$${inside(DOLLARS)}?|\\\[${inside(BRACKET)}?)$`,
);

/** Whether the end of `src` may be inside a formula that lines to come will close. */
export const mayBeInFormula = (src: string): boolean => UNCLOSED.test(src);

const mathBlock: TokenizerExtensionFunction = (src) => {
  const found = BLOCK.exec(src);
  return found ? math(found[0], found[1] ?? found[2]!, true) : undefined;
};

/** A formula may interrupt a paragraph. */
const mathBlockStart: TokenizerStartFunction = (src) => {
  if (!src.includes("$$") && !src.includes("\\[")) return;
  const at = src.search(BLOCK_AHEAD);
  return at < 0 ? undefined : at + 1;
};

// A single dollar is more often money: what it opens must touch both ends, on one line, and no
// digit may follow.
const INLINE: readonly [RegExp, boolean][] = [
  [/^\$\$([^$]+?)\$\$/, true],
  [/^\$((?:[^\s$\\]|\\[^\n])|(?:[^\s$\\]|\\[^\n])(?:[^$\\\n]|\\[^\n])*?(?:[^\s$\\]|\\[^\n]))\$(?![\d$])/, false],
  [/^\\\(((?:(?!\\\))[^\n])+?)\\\)/, false],
  [/^\\\[((?:(?!\\\])[\s\S])+?)\\\]/, true],
];

const mathInline: TokenizerExtensionFunction = (src) => {
  if (src[0] !== "$" && src[0] !== "\\") return undefined;
  for (const [pattern, display] of INLINE) {
    const found = pattern.exec(src);
    if (found) return math(found[0], found[1]!, display);
  }
  return undefined;
};

/** Marked looks for underlined headings first: they must not swallow a formula. */
export class MathTokenizer extends Tokenizer {
  override lheading(src: string): Tokens.Heading | undefined {
    const heading = super.lheading(src);
    return heading && BLOCK_AHEAD.test(heading.raw) ? undefined : heading;
  }
}

const mathInlineStart: TokenizerStartFunction = (src) => {
  const at = src.search(/\$|\\[([]/);
  return at < 0 ? undefined : at;
};

function math(raw: string, tex: string, display: boolean): MathToken {
  return { type: "math", raw, tex: tex.trim(), display };
}

// The definition goes on over lines that are not blank, and over indented ones after a blank.
const DEFINITION =
  /^\[\^([^\]\s]{1,60})\]:[ \t]*([^\n]*(?:\n(?!\[\^|[ \t]*(?:\n|$))[^\n]*|\n(?:[ \t]*\n)+(?: {2,}|\t)[^\n]+)*)(?:\n|$)/;

const footnote: TokenizerExtensionFunction = function (src) {
  const found = DEFINITION.exec(src);
  if (!found) return undefined;
  const tokens = this.lexer.blockTokens(found[2]!.replace(/\n(?: {2,4}|\t)/g, "\n"), []);
  return { type: "footnote", raw: found[0], label: found[1]!, tokens };
};

const footnoteRef: TokenizerExtensionFunction = (src) => {
  const found = /^\[\^([^\]\s]{1,60})\](?!:)/.exec(src);
  return found ? { type: "footnoteRef", raw: found[0], label: found[1]! } : undefined;
};

export const extensions = {
  renderers: {},
  childTokens: {},
  block: [mathBlock, footnote],
  startBlock: [mathBlockStart],
  inline: [mathInline, footnoteRef],
  startInline: [mathInlineStart],
};
