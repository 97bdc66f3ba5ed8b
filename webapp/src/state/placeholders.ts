// Placeholders replace other people's names and similar data, which are not sent to providers. The
// person's own screen shows the originals; texts sent from there get placeholders again.
import { computed } from "@preact/signals";
import { currentThread } from "./store.ts";

const known = computed<Record<string, string>>(() =>
  Object.assign({}, ...Object.values(currentThread.value.messages).map((one) => one.placeholders)),
);

/** A text of the open chat with the originals. */
export const putBack = (text: string): string =>
  Object.keys(known.value).length
    ? text.replace(/\[\w+ \d+\]/g, (one) => known.value[one.toLowerCase()] ?? one)
    : text;

/** A shown text with placeholders again, for sending. */
export const takeOut = (text: string): string =>
  Object.entries(known.value).reduce(
    (sent, [placeholder, original]) => sent.replaceAll(original, placeholder),
    text,
  );
