// A growing Markdown document. Only its tail is lexed again: a block is settled once the block
// after it has a whole line, because then nothing that follows can change it. (One line earlier is
// too early: "- a", a blank line and "-" may still become one loose list.)

import type { Token } from "marked";
import { withoutCitations } from "./citations.ts";
import type { DetailsToken } from "./extensions.ts";
import { openFormula } from "./formulas.ts";
import { healBlocks, healInline, lastLine } from "./heal.ts";
import { Lexed } from "./lexer.ts";
import { Parts } from "./parts.ts";
import { type Context, renderBlocks } from "./render.ts";
import type { VElement, VNode } from "./vdom.ts";

export class MarkdownView {
  private source = "";
  /** Where the tail begins. */
  private settledTo = 0;
  /** The ends of the settled runs of blocks, checked against the complete text. */
  private settledRaws: string[] = [];
  private parts: Parts;
  private linesSeen = 0;
  private reusable: ReadonlyMap<string, VElement> = new Map();
  private finished = false;
  private failed = false;
  /** How often the end had to redraw settled blocks; for tests. */
  redrawn = 0;

  /** Draws into `container`, after emptying it. */
  constructor(private readonly container: HTMLElement) {
    container.dataset.markdown = "";
    this.parts = new Parts(container);
  }

  /** Shows `text`, which usually extends the text shown before. */
  update(text: string): void {
    this.guarded(text, () => this.show(text));
  }

  /** Draws; if that fails, the answer is shown as plain text from then on. */
  private guarded(text: string, draw: () => void): void {
    if (!this.failed) {
      try {
        return draw();
      } catch (error) {
        this.failed = true;
        reportError(error);
      }
    }
    this.source = text;
    const plain = document.createElement("p");
    plain.dir = "auto";
    plain.className = "plain";
    plain.textContent = text;
    this.container.replaceChildren(plain);
  }

  /** Shows `text`, which is complete. */
  print(text: string): void {
    if (this.source) this.reset();
    this.guarded(text, () => {
      this.source = normalize(text);
      this.parts.settle(this.whole(new Lexed(this.source)));
      this.forget();
    });
    this.finished = true;
  }

  private show(text: string): void {
    const normal = normalize(text);
    if (normal === this.source && !this.finished) return;
    if (this.finished || !normal.startsWith(this.source)) this.reset();
    this.source = normal;
    this.settle();
    this.drawTail();
  }

  /** Adds to what is shown. */
  append(text: string): void {
    this.update(this.source + text);
  }

  /** Draws the complete text: nothing is guessed any more, and references are resolved. */
  finish(): void {
    if (!this.finished) this.guarded(this.source, () => this.drawWhole());
    this.finished = true;
  }

  private drawWhole(): void {
    const lexed = new Lexed(this.source);
    const same = !lexed.hasReferences && this.agrees(lexed.tokens) && !/\[\^/.test(this.source);
    if (same) {
      const tail = new Lexed(this.source.slice(this.settledTo));
      this.parts.settle(this.draw(tail.tokens, { lexed: tail, live: false }));
    } else {
      if (this.settledTo) this.redrawn++;
      this.parts.replace(this.whole(lexed));
    }
    this.forget();
  }

  /** A complete text's blocks. */
  private whole(lexed: Lexed): VNode[] {
    const footnotes = footnoteLabels(lexed.tokens);
    // The drawn lists and tables did not know the footnotes.
    this.reusable = new Map();
    return renderBlocks(lexed.tokens, this.context({ lexed, live: false, footnotes }));
  }

  private forget(): void {
    this.parts.forget();
    this.settledRaws = [];
    this.reusable = new Map();
  }

  private reset(): void {
    this.parts = new Parts(this.container);
    this.source = "";
    this.settledTo = this.linesSeen = 0;
    this.settledRaws = [];
    this.reusable = new Map();
    this.finished = false;
  }

  /** Whether the settled blocks agree with the whole text. */
  private agrees(tokens: readonly Token[]): boolean {
    const raws = tokens
      .filter((token) => token.type !== "space")
      .map((token) => token.raw.trimEnd());
    return this.settledRaws.every((raw, i) => raw === raws[i]);
  }

  /** Settles all blocks but the last that has whole lines. */
  private settle(): void {
    const end = this.source.lastIndexOf("\n") + 1;
    if (end <= Math.max(this.settledTo, this.linesSeen)) return;
    this.linesSeen = end;
    const lines = this.source.slice(this.settledTo, end);
    if (openFormula(lines)) return;
    const lexed = new Lexed(lines);
    const whole = lexed.tokens.findLastIndex((token) => token.type !== "space");
    const last = Math.min(whole, openDetails(lexed.tokens.slice(0, whole)));
    if (last < 1) return;
    const rest = lexed.tokens.slice(last).reduce((sum, token) => sum + token.raw.length, 0);
    const cut = lines.length - rest;
    // A token that the lexer dropped would shift the cut, so wait for the end.
    if (!lines.startsWith(lexed.tokens[last]!.raw, cut)) return;
    const blocks = lexed.tokens.slice(0, last);
    const nodes = this.draw(blocks, { lexed, live: false });
    this.parts.settle(nodes);
    this.settledTo += cut;
    this.reusable = new Map();
    for (const { type, raw } of blocks) if (type !== "space") this.settledRaws.push(raw.trimEnd());
  }

  private drawTail(): void {
    const tail = this.source.slice(this.settledTo);
    let lexed = new Lexed(tail);
    const last = lexed.tokens.findLast((token) => token.type !== "space");
    const healed = healBlocks(tail, last?.type);
    if (healed !== tail) lexed = new Lexed(healed);
    const mended = lastLine(lexed.tokens);
    this.parts.show(
      this.draw(lexed.tokens, {
        lexed,
        live: true,
        mended: mended && { tokens: mended, mend: healInline },
      }),
    );
  }

  private draw(
    tokens: readonly Token[],
    part: Pick<Context, "lexed" | "live" | "mended">,
  ): VNode[] {
    const context = this.context(part);
    const nodes = renderBlocks(tokens, context);
    this.reusable = context.after;
    return nodes;
  }

  private context(part: Pick<Context, "lexed" | "live" | "mended" | "footnotes">): Context {
    return { ...part, before: this.reusable, after: new Map() };
  }
}

/** Draws a complete text. */
export function renderMarkdown(container: HTMLElement, text: string): void {
  new MarkdownView(container).print(text);
}

const normalize = (text: string): string =>
  withoutCitations(
    text
      .replace(/\r\n?/g, "\n")
      .replaceAll("\0", "\ufffd")
      // A byte order mark hides the first line's meaning; overrides reverse the text after them.
      .replace(/^\ufeff|[\u202d\u202e]/g, ""),
  );

/** The index of the first block with <details> that are still open at the end. */
function openDetails(tokens: readonly Token[]): number {
  const open: number[] = [];
  tokens.forEach((token, at) => {
    if (token.type !== "details") return;
    for (const part of (token as DetailsToken).parts) {
      if (part.kind === "open") open.push(at);
      else if (part.kind === "close") open.pop();
    }
  });
  return open[0] ?? tokens.length;
}

function footnoteLabels(tokens: readonly Token[]): Set<string> {
  const notes = tokens.filter((token) => token.type === "footnote");
  return new Set(notes.map((token) => String((token as { label?: string }).label)));
}
