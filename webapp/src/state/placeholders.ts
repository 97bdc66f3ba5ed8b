// Placeholders stand in the texts for others' names and the like, which are not sent. On the
// person's own screen they are put back; what goes out again from there has them taken out.
import { computed } from "@preact/signals";
import { currentThread } from "./store.ts";

const known = computed<Record<string, string>>(() =>
  Object.assign({}, ...Object.values(currentThread.value.messages).map((one) => one.placeholders)),
);

/** A text of the open chat as the person sees it. */
export const putBack = (text: string): string =>
  Object.keys(known.value).length
    ? text.replace(/\[\w+ \d+\]/g, (one) => known.value[one.toLowerCase()] ?? one)
    : text;

/** What is to be sent of a text that the person has seen. */
export const takeOut = (text: string): string =>
  Object.entries(known.value).reduce(
    (sent, [placeholder, original]) => sent.replaceAll(original, placeholder),
    text,
  );
