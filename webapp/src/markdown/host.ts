// What the renderer needs from the app, passed in by it: a shared module would become a file of its
// own, and so one more request before the first screen.

import type { Values } from "../i18n/index.ts";

export interface Host {
  /** The text of a catalogue key. */
  t: (key: string, values?: Values) => string;
  /** Copies a text to the clipboard; false if that is refused. */
  copyText: (text: string) => Promise<boolean>;
  /** Shows a copy of an element by itself, as large as it can be. */
  widen: (shown: Node) => void;
}

let host: Host = {
  t: (key) => key,
  copyText: () => Promise.resolve(false),
  widen: () => undefined,
};

export function setHost(given: Host): void {
  host = given;
}

export const t: Host["t"] = (key, values) => host.t(key, values);
export const copyText: Host["copyText"] = (text) => host.copyText(text);
export const widen: Host["widen"] = (shown) => host.widen(shown);
