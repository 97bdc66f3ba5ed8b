// What the renderer needs from the app, passed in by it: a shared module would become a file of its
// own, and so one more request before the first screen.

import type { Values } from "../i18n/index.ts";

export interface Host {
  /** The text of a catalogue key. */
  t: (key: string, values?: Values) => string;
  /** Copies a text to the clipboard; false if that is refused. */
  copyText: (text: string) => Promise<boolean>;
}

let host: Host = { t: (key) => key, copyText: () => Promise.resolve(false) };

export function setHost(given: Host): void {
  host = given;
}

export const t: Host["t"] = (key, values) => host.t(key, values);
export const copyText: Host["copyText"] = (text) => host.copyText(text);
