// Mends the end of a growing text for display: closes what is open, and holds back what is still
// ambiguous.

import type { Token, Tokens } from "marked";
import { openFormula } from "./formulas.ts";

/** A line without meaning yet: a bullet, a hash, a rule or a number without its text. */
const HELD_BACK = /^[ \t>]*(?:[-+*]|#{1,6}|\d{1,9}[.)]|=+|-+|[*_]{2,3}|\||\$\$?|\\\[?)[ \t]*$/;
/** The start of a closing fence, inside code. */
const HALF_FENCE = /^[ \t>]*(?:`{1,2}|~{1,2})$/;
const HEALED = new Set(["paragraph", "text", "list", "blockquote", "heading"]);

/** `source` mended for display, given the type of its last block. */
export function healBlocks(source: string, last: string | undefined): string {
  const line = source.lastIndexOf("\n");
  if (last === "code")
    return line >= 0 && HALF_FENCE.test(source.slice(line + 1)) ? source.slice(0, line) : source;
  if (last === undefined || !HEALED.has(last)) return source;
  const held = HELD_BACK.test(source.slice(line + 1)) ? source.slice(0, Math.max(line, 0)) : source;
  return healTable(healMath(held));
}

/** An open formula is shown as one. */
function healMath(source: string): string {
  const closing = openFormula(source);
  return closing ? `${trimEnd(source, " \t\n\\$")}\n${closing}` : source;
}

/** `text` without trailing `signs`. */
function trimEnd(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** A table begins as a line of cells, and is known as one only by the line after it. */
function healTable(source: string): string {
  const lines = source
    .slice(source.lastIndexOf("\n\n") + 1)
    .split("\n")
    .filter((line) => line !== "");
  const head = lines.findIndex((line) => /^ {0,3}\|/.test(line));
  const after = lines.slice(head + 1);
  if (head < 0 || after.length > 1 || (after[0] && !/^[-:| \t]*$/.test(after[0]))) return source;
  const start = source.lastIndexOf(lines[head]!);
  const cells = lines[head]!.trim()
    .replace(/\\\|/g, "")
    .replace(/^\||\|$/g, "")
    .split("|").length;
  const row = lines[head]!.trimEnd().replace(/([^|])$/, "$1|");
  return `${source.slice(0, start)}${row}\n|${"---|".repeat(cells)}`;
}

/** The inline list at the very end of the blocks, if that end is a line of text. */
export function lastLine(tokens: readonly Token[]): Token[] | undefined {
  const token = tokens.at(-1) as Token | undefined;
  switch (token?.type) {
    case "paragraph":
    case "heading":
    case "text":
      return token.tokens;
    case "blockquote":
    case "footnote":
      return lastLine(token.tokens ?? []);
    case "list":
      return lastLine((token as Tokens.List).items.at(-1)?.tokens ?? []);
    case "table": {
      const { header, rows } = token as Tokens.Table;
      return (rows.at(-1) ?? header).findLast((cell) => cell.text)?.tokens;
    }
    default:
      return undefined;
  }
}

/** A line with everything that is open in it closed. */
export function healInline(source: string): string {
  return new Healer(source).heal();
}

interface Delimiter {
  mark: string;
  length: number;
}

class Healer {
  private at = 0;
  private text: string;
  private readonly open: Delimiter[] = [];
  /** How many of each mark are open, to skip searches for a mark that closes nothing. */
  private readonly openCount = new Map<string, number>();
  private bracket = -1;
  /** Characters that do not occur in the rest. */
  private readonly absent = new Set<string>();

  constructor(text: string) {
    this.text = trimEnd(text, " \t\n");
  }

  heal(): string {
    while (this.at < this.text.length) {
      const sign = this.text[this.at]!;
      if (sign === "\\") this.escape();
      else if (sign === "`") this.code();
      else if ("*_~".includes(sign)) this.delimiter(sign);
      else if (sign === "[") this.openBracket();
      else if (sign === "]") this.closeBracket();
      else this.at++;
    }
    this.dropBracket();
    const closing = this.open.reverse().map(({ mark, length }) => mark.repeat(length));
    return trimEnd(this.text, " \t\n") + closing.join("");
  }

  private escape(): void {
    const rest = this.text.slice(this.at);
    // A formula, not an escaped bracket.
    if (rest.startsWith("\\(")) {
      const end = rest.indexOf("\\)");
      if (end < 0) return this.end(rest.length > 2 ? "\\)" : "", rest.length > 2 ? 0 : 2);
      this.at += end + 2;
    } else if (rest.length === 1) {
      this.end("", 1);
    } else {
      this.at += 2;
    }
  }

  private code(): void {
    const run = /^`+/.exec(this.text.slice(this.at))![0];
    const after = this.at + run.length;
    let end = after;
    for (;;) {
      end = this.text.indexOf(run, end);
      if (end < 0) break;
      const whole = /^`+/.exec(this.text.slice(end))![0];
      if (whole.length === run.length) {
        this.at = end + run.length;
        return;
      }
      end += whole.length;
    }
    if (after === this.text.length) return this.end("", run.length);
    // Half of the closing run may have arrived.
    const half = this.text.length - trimEnd(this.text, "`").length;
    this.end(run, half < run.length ? half : 0);
  }

  /** Ends the line here: what follows is still ambiguous. */
  private end(closing: string, drop: number): void {
    this.text = (drop ? this.text.slice(0, -drop) : this.text) + closing;
    this.at = this.text.length;
  }

  private delimiter(mark: string): void {
    const start = this.at;
    while (this.text[this.at] === mark) this.at++;
    let length = this.at - start;
    const before = this.text[start - 1] ?? " ";
    const after = this.text[this.at] ?? " ";
    const word = /[\p{L}\p{N}]/u;
    if (mark === "_" && word.test(before) && word.test(after)) return;
    // One tilde means "about" more often than strikethrough.
    if (mark === "~" && length < 2) {
      const half = this.at === this.text.length && this.openCount.get("~");
      return half ? this.end("", 1) : undefined;
    }
    if (!/\s/.test(before)) length = this.close(mark, length);
    if (length > 0 && !/\s/.test(after)) this.push(mark, Math.min(length, 3));
    else if (length > 0 && this.at === this.text.length) this.end("", length);
  }

  private push(mark: string, length: number): void {
    this.open.push({ mark, length });
    this.count(mark, 1);
  }

  private count(mark: string, by: number): void {
    this.openCount.set(mark, (this.openCount.get(mark) ?? 0) + by);
  }

  /** Closes what the run can close; returns how much of it is left. */
  private close(mark: string, run: number): number {
    let left = run;
    if (!this.openCount.get(mark)) return left;
    for (let i = this.open.length - 1; i >= 0 && left > 0; i--) {
      const opener = this.open[i]!;
      if (opener.mark !== mark) continue;
      const used = Math.min(left, opener.length);
      left -= used;
      opener.length -= used;
      for (const { mark } of this.open.splice(opener.length ? i + 1 : i)) this.count(mark, -1);
    }
    return left;
  }

  private openBracket(): void {
    this.bracket = this.at++;
  }

  private closeBracket(): void {
    const start = this.bracket;
    const next = this.text[this.at + 1];
    this.at++;
    if (start < 0) return;
    this.bracket = -1;
    if (next === undefined) return this.unlink(start, this.at - 1);
    if (next !== "(" && next !== "[") return;
    const closing = next === "(" ? ")" : "]";
    const end = this.absent.has(closing) ? -1 : this.text.indexOf(closing, this.at + 1);
    if (end < 0) this.absent.add(closing);
    if (end < 0) this.unlink(start, this.at - 1);
    else this.at = end + 1;
  }

  private dropBracket(): void {
    if (this.bracket >= 0) this.unlink(this.bracket, this.text.length);
  }

  /** Shows a link's text alone until its address has arrived. */
  private unlink(start: number, end: number): void {
    const label = this.text.slice(start + 1, end);
    // A footnote, a task's box, or a list of numbers is no link.
    if (/^(\^|[ xX]?$)/.test(label)) return;
    const from = this.text[start - 1] === "!" ? start - 1 : start;
    this.text = this.text.slice(0, from) + label;
    this.at = this.text.length;
    this.bracket = -1;
  }
}
