// Lexer extensions for what models write beyond Markdown: mathematics, footnotes and <details>.

import type { Token, TokenizerExtensionFunction, TokenizerStartFunction, Tokens } from "marked";
import { blockFormula, blockFormulaAhead, type Formula, inlineFormula } from "./formulas.ts";

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
/** A line that begins with a tag of `<details>`. */
export interface DetailsToken extends Tokens.Generic {
  type: "details";
  parts: readonly DetailsPart[];
}
export interface DetailsPart {
  kind: "open" | "close" | "summary" | "text";
  raw: string;
  tokens: Token[];
}

const mathBlock: TokenizerExtensionFunction = (src) => math(src, blockFormula(src));

/** A formula may interrupt a paragraph. */
const mathBlockStart: TokenizerStartFunction = (src) => blockFormulaAhead(src);

const mathInline: TokenizerExtensionFunction = (src) => math(src, inlineFormula(src));

const mathInlineStart: TokenizerStartFunction = (src) => {
  const found = /(^|[^\p{L}\p{N}$])\$|\\[([]/u.exec(src);
  return found ? found.index + (found[1]?.length ?? 0) : undefined;
};

function math(src: string, found: Formula | undefined): MathToken | undefined {
  if (!found) return undefined;
  return {
    type: "math",
    raw: src.slice(0, found.length),
    tex: found.tex.trim(),
    display: found.display,
  };
}

// The definition continues over lines that are not blank, and over indented ones after a blank
// line.
const DEFINITION =
  /^\[\^([^\]\s]{1,60})\]:[ \t]*([^\n]*(?:\n(?!\[\^|[ \t]*(?:\n|$))[^\n]*|\n(?:[ \t]*\n)+(?: {2,}|\t)[^\n]+)*)(?:\n|$)/;

/** The lexers that are inside a footnote. */
const inFootnote = new WeakSet<object>();

const footnote: TokenizerExtensionFunction = function (src) {
  const found = DEFINITION.exec(src);
  // A footnote in a footnote is text.
  if (!found || inFootnote.has(this.lexer)) return undefined;
  inFootnote.add(this.lexer);
  try {
    const tokens = this.lexer.blockTokens(found[2]!.replace(/\n(?: {2,4}|\t)/g, "\n"), []);
    return { type: "footnote", raw: found[0], label: found[1]!, tokens };
  } finally {
    inFootnote.delete(this.lexer);
  }
};

const footnoteRef: TokenizerExtensionFunction = (src) => {
  const found = /^\[\^([^\]\s]{1,60})\](?!:)/.exec(src);
  return found ? { type: "footnoteRef", raw: found[0], label: found[1]! } : undefined;
};

const DETAILS_LINE = /^ {0,3}<\/?(?:details|summary)\b[^\n]*(?:\n|$)/i;
const DETAILS_TAG = /<(\/?)(details|summary)(?:\s[^<>\n]{0,40})?>/gi;

const details: TokenizerExtensionFunction = function (src) {
  const raw = DETAILS_LINE.exec(src)?.[0];
  if (raw === undefined) return undefined;
  const parts: DetailsPart[] = [];
  let inSummary = false;
  const text = (words: string) => {
    if (words.trim() === "") return;
    parts.push({
      kind: inSummary ? "summary" : "text",
      raw: words,
      tokens: this.lexer.inline(words.trim()),
    });
  };
  let at = 0;
  for (const tag of raw.matchAll(DETAILS_TAG)) {
    text(raw.slice(at, tag.index));
    at = tag.index + tag[0].length;
    if (tag[2]!.toLowerCase() === "details")
      parts.push({ kind: tag[1] ? "close" : "open", raw: tag[0], tokens: [] });
    else inSummary = !tag[1];
  }
  text(raw.slice(at));
  return { type: "details", raw, parts };
};

/** Its tags may interrupt a paragraph. */
const detailsStart: TokenizerStartFunction = (src) => {
  const end = src.search(/\n[ \t]*\n/);
  const at = (end < 0 ? src : src.slice(0, end)).search(/\n {0,3}<\/?(?:details|summary)\b/i);
  return at < 0 ? undefined : at + 1;
};

export const extensions = {
  renderers: {},
  childTokens: {},
  block: [mathBlock, footnote, details],
  startBlock: [mathBlockStart, detailsStart],
  inline: [mathInline, footnoteRef],
  startInline: [mathInlineStart],
};
