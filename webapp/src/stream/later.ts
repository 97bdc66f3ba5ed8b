// The reader of runs, for code that is here before it: nobody reads a run on the first screen.

import type { readRun as read } from "./reader.ts";

type Read = typeof read;

let give: (reader: Read) => void;
const arrived = new Promise<Read>((resolve) => (give = resolve));

/** Hands in the reader, when it has been loaded. */
export const provideReader = (reader: Read): void => give(reader);

/** `readRun` of reader.ts, once it is here. */
export const readRun: Read = async (reading) => (await arrived)(reading);
