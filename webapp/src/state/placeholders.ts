// Placeholders replace other people's names and similar data, which are not sent to providers. The
// person's own screen shows the originals; texts sent from there get placeholders again.
import { computed } from "@preact/signals";
import type { Thread } from "./model.ts";
import { currentThread } from "./store.ts";

type Originals = Record<string, string>;

/** What the placeholders in a chat's texts stand for. */
export const placeholdersOf = (thread: Thread | undefined): Originals =>
  Object.assign({}, ...Object.values(thread?.messages ?? {}).map((one) => one.placeholders));

const known = computed<Originals>(() => placeholdersOf(currentThread.value));

/** A text with the originals, by default of the open chat. */
export const putBack = (text: string, originals: Originals = known.value): string =>
  Object.keys(originals).length
    ? text.replace(/\[\w+ \d+\]/g, (one) => originals[one.toLowerCase()] ?? one)
    : text;

/** A shown text with placeholders again, for sending. */
export const takeOut = (text: string): string =>
  Object.entries(known.value).reduce(
    (sent, [placeholder, original]) => sent.replaceAll(original, placeholder),
    text,
  );
