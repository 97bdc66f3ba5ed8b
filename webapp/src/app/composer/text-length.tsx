// The text's length when it nears the limit, and why a longer text cannot be sent.
import { useEffect } from "preact/hooks";
import { formatNumber, t } from "../../i18n/index.ts";
import { watchTexts } from "../../i18n/language.ts";
import { announcement } from "../../state/store.ts";
import { MAX_TEXT, textLength, tooLong } from "./composer-text.ts";

const TOLD_FROM = MAX_TEXT * 0.9;

/** In the reader's language, as the server would word it. */
export const tooLongWords = (): string =>
  `${t("error.message_too_long.title")}. ${t("error.message_too_long.detail", { limit: formatNumber(MAX_TEXT) })}`;

export function TextLength() {
  watchTexts();
  const over = tooLong.value;
  useEffect(() => {
    if (over) announcement.value = tooLongWords();
  }, [over]);
  if (textLength.value < TOLD_FROM) return null;
  const count = { n: formatNumber(textLength.value), of: formatNumber(MAX_TEXT) };
  return (
    <p class={over ? "text-length over" : "text-length"} id="text-length">
      {over && `${tooLongWords()} `}
      <span>{t("app.branches.count", count)}</span>
    </p>
  );
}
