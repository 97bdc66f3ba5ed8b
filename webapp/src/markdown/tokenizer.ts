// Marked's tokenizer with bounds on nesting, and with support for Chinese, Japanese and Korean.

import { Tokenizer, type Tokens } from "marked";
import { blockFormulaAhead } from "./formulas.ts";
import { keepCells } from "./table-rows.ts";

/** The deepest nesting of quotations and lists; deeper ones are text. */
const DEEPEST = 8;

const CJK = String.raw`[\u1100-\u11ff\u2e80-\u31ff\u3200-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]`;
const PUNCTUATION = String.raw`(?![*_~])[\p{P}\p{S}]`;
const BEFORE_CJK = new RegExp(String.raw`${PUNCTUATION}(?=(?:\*+|~~)${CJK})`, "gu");
const AFTER_CJK = lookingBack(String.raw`(?<=${CJK}(?:\*+|~~))${PUNCTUATION}`);
/** Punctuation of these scripts includes its white space, so marks next to it need none. */
const BESIDE_MARKS = lookingBack(
  String.raw`(?=[\p{P}\p{S}])${CJK}(?=\*|~~)|(?<=\*|~~)(?=[\p{P}\p{S}])${CJK}`,
);
const OPENS_WITH_CJK = new RegExp(String.raw`^(?:\*+|~~)(?=[\p{P}\p{S}])${CJK}`, "u");
const ENDS_IN_CJK = new RegExp(`${CJK}$`, "u");
/** Where a bare address ends although no white space follows. */
const ADDRESS_END =
  /[\u2018-\u201f\u2026\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/;

/** Safari supports lookbehind from 16.4 on; older ones keep CommonMark's reading of marks. */
function lookingBack(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "gu");
  } catch {
    return /(?!)/gu;
  }
}

export class AnswerTokenizer extends Tokenizer {
  private depth = 0;
  private masked = "";
  private mask = "";

  override blockquote(src: string): Tokens.Blockquote | undefined {
    return this.nested(() => super.blockquote(src));
  }

  override list(src: string): Tokens.List | undefined {
    return this.nested(() => super.list(src));
  }

  private nested<T>(read: () => T): T | undefined {
    if (this.depth >= DEEPEST) return undefined;
    this.depth++;
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  /** Marked looks for underlined headings first: they must not swallow a formula. */
  override lheading(src: string): Tokens.Heading | undefined {
    const heading = super.lheading(src);
    return heading && blockFormulaAhead(heading.raw) !== undefined ? undefined : heading;
  }

  override emStrong(
    src: string,
    masked: string,
    before = "",
  ): Tokens.Em | Tokens.Strong | undefined {
    return src[0] === "*"
      ? super.emStrong(src, this.cjk(masked), beside(before, src))
      : super.emStrong(src, masked, before);
  }

  /** Two tildes only, as in the chat: one means "about", or a subscript as in H~2~O. */
  override del(src: string, masked: string, before = ""): Tokens.Del | undefined {
    if (!src.startsWith("~~")) return undefined;
    return super.del(src, this.cjk(masked), beside(before, src));
  }

  /**
   * CommonMark requires white space where these scripts have none: `**「…」**です` would not be bold
   * (github.com/commonmark/commonmark-spec/issues/650). In the copy of the line by which marks are
   * matched, punctuation between a mark and such a letter is taken for a letter.
   */
  private cjk(masked: string): string {
    if (this.masked !== masked) {
      this.masked = masked;
      const letters = (signs: string) => "a".repeat(signs.length);
      this.mask = masked
        .replace(BESIDE_MARKS, letters)
        .replace(BEFORE_CJK, letters)
        .replace(AFTER_CJK, letters);
    }
    return this.mask;
  }

  /** Keeps all cells of a row with more cells than the header. GitHub's rules drop the surplus,
   *  which mostly is text after a pipe in code or in a formula. */
  override table(src: string): Tokens.Table | undefined {
    const table = super.table(src);
    if (!table) return undefined;
    const { raw, header } = table;
    const kept = raw.replace(/[^\n]+/g, (row) => keepCells(row, header.length));
    const again = kept === raw ? undefined : super.table(kept);
    return again ? { ...again, raw } : table;
  }

  override url(src: string): Tokens.Link | undefined {
    const link = super.url(src);
    const end = link ? link.raw.search(ADDRESS_END) : -1;
    return end < 0 ? link : super.url(src.slice(0, end));
  }
}

/** What stands before a mark, as the beginning of a line if it is a letter of these scripts, or
 *  their punctuation comes after the mark. */
const beside = (before: string, src: string): string =>
  ENDS_IN_CJK.test(before) || OPENS_WITH_CJK.test(src) ? "" : before;
