// Finds where formulas begin and end. It searches instead of using regular expressions, so that
// each character is examined a bounded number of times, even if a formula is never closed.

export interface Formula {
  /** The number of source characters that it spans. */
  length: number;
  tex: string;
  display: boolean;
}

const CLOSINGS: Readonly<Record<string, string>> = { $$: "$$", "\\[": "\\]" };
/** The longest inline formula; longer ones are text. */
const LONGEST = 1000;
const OPENING = /^ {0,3}(\$\$|\\\[)/;
const BLANK_LINE = /\n[ \t]*\n/;

/** `src` up to the first blank line: a formula does not continue after one. */
function paragraphOf(src: string): string {
  const end = src.search(BLANK_LINE);
  return end < 0 ? src : src.slice(0, end + 1);
}

/** The displayed formula at the start of `src`, on lines of its own. */
export function blockFormula(src: string): Formula | undefined {
  return OPENING.test(src) ? new BlockSearch(paragraphOf(src)).at(0) : undefined;
}

/** The start of the first displayed formula after the first line, within the first paragraph. */
export function blockFormulaAhead(src: string): number | undefined {
  const paragraph = paragraphOf(src);
  if (!paragraph.includes("$$") && !paragraph.includes("\\[")) return undefined;
  const search = new BlockSearch(paragraph);
  for (let at = paragraph.indexOf("\n"); at >= 0; at = paragraph.indexOf("\n", at + 1)) {
    if (search.at(at + 1)) return at + 1;
  }
  return undefined;
}

/** Looks for displayed formulas in a paragraph, from its start to its end. */
class BlockSearch {
  /** For each closing mark, the last place found, which is valid for every place before it. */
  private readonly found = new Map<string, number>();

  constructor(private readonly paragraph: string) {}

  at(start: number): Formula | undefined {
    const opening = OPENING.exec(this.paragraph.slice(start, start + 5));
    if (!opening) return undefined;
    const closing = CLOSINGS[opening[1]!]!;
    const from = start + opening[0].length;
    const end = this.next(closing, from);
    if (end <= from) return undefined;
    const lineEnd = this.paragraph.indexOf("\n", end);
    const stop = lineEnd < 0 ? this.paragraph.length : lineEnd + 1;
    if (!isBlank(this.paragraph, end + 2, stop)) return undefined;
    return { length: stop - start, tex: this.paragraph.slice(from, end), display: true };
  }

  /** The mark that would close a formula opened at `start`, if there is none. */
  missing(start: number): string | undefined {
    const opening = OPENING.exec(this.paragraph.slice(start, start + 5));
    if (!opening) return undefined;
    const closing = CLOSINGS[opening[1]!]!;
    return this.next(closing, start + opening[0].length) < 0 ? closing : undefined;
  }

  private next(closing: string, from: number): number {
    const known = this.found.get(closing);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    const at = this.paragraph.indexOf(closing, from);
    this.found.set(closing, at);
    return at;
  }
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!" \t\n".includes(text[at]!)) return false;
  return true;
}

/** The mark that would close the displayed formula that is open at the end of `src`, if one is. */
export function openFormula(src: string): string | undefined {
  const paragraph = src.slice(lastParagraph(src));
  const search = new BlockSearch(paragraph);
  for (let at = 0; ; ) {
    const closing = search.missing(at);
    if (closing) return closing;
    const found = search.at(at);
    at = found ? at + found.length : paragraph.indexOf("\n", at) + 1;
    if (at === 0 || at >= paragraph.length) return undefined;
  }
}

/** Where the last run of lines that are not blank begins. */
function lastParagraph(src: string): number {
  let end = src.length;
  for (;;) {
    const start = src.lastIndexOf("\n", end - 1) + 1;
    if (end < src.length && isBlank(src, start, end)) return end + 1;
    if (start === 0) return 0;
    end = start - 1;
  }
}

/** The formula at the start of `src`, inside a line. */
export function inlineFormula(src: string): Formula | undefined {
  const two = src.slice(0, 2);
  if (two === "$$") return between(src, 2, "$$", true, (tex) => !tex.includes("$"));
  if (two === "\\(") return between(src, 2, "\\)", false, (tex) => !tex.includes("\n"));
  if (two === "\\[") return between(src, 2, "\\]", true, () => true);
  return src[0] === "$" ? dollars(src) : undefined;
}

function between(
  src: string,
  from: number,
  closing: string,
  display: boolean,
  accepts: (tex: string) => boolean,
): Formula | undefined {
  const end = src.slice(0, LONGEST).indexOf(closing, from);
  if (end <= from) return undefined;
  const tex = src.slice(from, end);
  return accepts(tex) ? { length: end + closing.length, tex, display } : undefined;
}

/** A formula between single dollars, which are more often money or variables: no letter, digit
 *  or dollar may follow, and there is white space at both ends or at neither. */
function dollars(src: string): Formula | undefined {
  const found = /^\$((?:[^$\\\n]|\\[^\n])+)\$(?![\p{L}\p{N}$])/u.exec(src.slice(0, LONGEST));
  if (!found) return undefined;
  const tex = found[1]!;
  const spaced = /^\s/.test(tex);
  if (spaced !== /\s$/.test(tex) || (spaced && !looksLikeTex(tex))) return undefined;
  return { length: found[0].length, tex, display: false };
}

/** Whether it is a formula, and not words between two prices. */
function looksLikeTex(tex: string): boolean {
  if (!/[A-Za-z\\=<>^+]/.test(tex)) return false;
  return !/[A-Za-z]{2}|[^\P{L}A-Za-z]{3}/u.test(tex.replace(/\\[A-Za-z]+/g, ""));
}
