// The line below a conversation's title in the list: its last message, as one line of plain text.
import type { ChatMessage, Conversation, Thread } from "./model.ts";

/** As much of a text as the server's previews have. */
export const PREVIEW_LENGTH = 160;

export type LastMessage = NonNullable<Conversation["preview"]> &
  Partial<Pick<ChatMessage, "failure" | "attachments">>;

/** The last message on screen while the server does not know it, or an answer is being written. */
export function unsettled(thread: Thread | undefined): ChatMessage | undefined {
  const last = thread?.messages[thread.leafId ?? ""];
  return last?.pending || last?.state === "running" ? last : undefined;
}

const BLOCK_MARKS =
  /^[ \t]*(?:(?:```|~~~).*|#{1,6} |(?:> ?)+|[-*+] (?:\[[ xX]\] )?|\|[-|: ]+$|\| ?|[-*_]{3,}$)/gm;
// A dollar alone is a price; commands in between make it a formula.
const FORMULA = /\$+[^$]*\\[a-z][^$]*\$*|\\[([].*?(?:\\[)\]]|$)/gis;
const CITATION = /\s?\[\[\d+\]\]\([^)]*\)?/g;
const LINK = /!?\[([^\]]*)\]\([^)]*\)?/g;
const TAG = /<\/?[a-z][^<>]*>/gi;
const PAIR = /(^|[\s("'])([*_])(?=\S)([^*_]+)\2/g;
const MARKS = /\*\*|__|~~|`/g;

/** The beginning of a Markdown text without its marks and formulas. */
export const plainLine = (markdown: string): string =>
  oneLine(
    markdown
      .slice(0, PREVIEW_LENGTH)
      .replace(BLOCK_MARKS, "")
      .replace(FORMULA, "…")
      .replace(CITATION, "")
      .replace(LINK, "$1")
      .replace(TAG, " ")
      .replace(MARKS, "")
      .replace(PAIR, "$1$3"),
  );

/** The beginning of a text, with spaces for its line breaks. */
export const oneLine = (text: string): string =>
  text.slice(0, PREVIEW_LENGTH).replace(/\s+/g, " ").trim();
