// What the renderer needs of the app, handed in: a module that both shared would become a file
// of its own, and so one more request before the first screen.

import type { Values } from "../i18n/index.ts";

export interface Host {
  /** The text of a catalogue key. */
  t: (key: string, values?: Values) => string;
  /** Puts a text on the clipboard; false where that is refused. */
  copyText: (text: string) => Promise<boolean>;
}

let host: Host = { t: (key) => key, copyText: () => Promise.resolve(false) };

export function setHost(given: Host): void {
  host = given;
}

export const t: Host["t"] = (key, values) => host.t(key, values);
export const copyText: Host["copyText"] = (text) => host.copyText(text);
