// OpenAI's citation marks, written in private-use characters, which must never be shown.

const WHOLE = /\ue200[^\ue200\ue201]{0,400}\ue201/g;
/** A mark that the next piece may complete. */
const OPEN = /\ue200[^\ue200\ue201]{0,400}$/;
const SIGN = /[\ue200-\ue2ff]/g;

/** `text` without the marks, including an incomplete one at its end. */
export function withoutCitations(text: string): string {
  if (!SIGN.test(text)) return text;
  SIGN.lastIndex = 0;
  return text.replace(WHOLE, "").replace(OPEN, "").replace(SIGN, "");
}
