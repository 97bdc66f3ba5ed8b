// Lexes Markdown with marked: blocks first, inline content on demand, since most of a growing
// answer has been drawn before.

import { Lexer, type MarkedOptions, type Token } from "marked";
import { extensions } from "./extensions.ts";
import { AnswerTokenizer } from "./tokenizer.ts";

const OPTIONS: MarkedOptions = {
  async: false,
  breaks: false,
  gfm: true,
  pedantic: false,
  silent: true,
  extensions,
};

export class Lexed {
  readonly tokens: Token[];
  private readonly lexer = new Lexer({ ...OPTIONS, tokenizer: new AnswerTokenizer() });
  private readonly sources: Map<Token[], string>;

  constructor(source: string) {
    this.tokens = this.lexer.blockTokens(source, this.lexer.tokens);
    this.sources = new Map(this.lexer.inlineQueue.map((item) => [item.tokens, item.src]));
  }

  /** Whether there are link definitions, which can change the meaning of any other place. */
  get hasReferences(): boolean {
    return Object.keys(this.lexer.tokens.links).length > 0;
  }

  /** The source of a line, by the (yet empty) list that its tokens belong into. */
  sourceOf(tokens: Token[]): string | undefined {
    return this.sources.get(tokens);
  }

  /** Lexes a line; `mend` may change its source first. */
  inline(tokens: Token[], mend?: (source: string) => string): Token[] {
    const source = this.sources.get(tokens);
    if (source === undefined) return tokens;
    this.sources.delete(tokens);
    // An HTML tag left open elsewhere must have no effect here.
    this.lexer.state.inLink = false;
    this.lexer.state.inRawBlock = false;
    for (const stretch of stretches(mend ? mend(source) : source))
      this.lexer.inlineTokens(stretch, tokens);
    return tokens;
  }
}

/** The most characters lexed at once. Marked takes quadratic time for unmatched marks, so longer
 *  paragraphs are lexed in stretches. */
const STRETCH = 4000;

/** Cuts the source at ends of lines or words, depending only on the text before the cut, so that a
 *  growing text keeps its cuts. */
function* stretches(source: string): Iterable<string> {
  let at = 0;
  while (source.length - at > STRETCH) {
    const stretch = source.slice(at, at + STRETCH);
    const cut = Math.max(stretch.lastIndexOf("\n"), stretch.lastIndexOf(" ")) + 1 || STRETCH;
    yield stretch.slice(0, cut);
    at += cut;
  }
  yield source.slice(at);
}
