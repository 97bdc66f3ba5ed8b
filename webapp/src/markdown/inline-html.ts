// Harmless inline HTML tags that models write. Tags are matched in pairs; an unmatched tag is shown
// as text.

import type { Token } from "marked";

const ELEMENTS: Readonly<Record<string, string>> = {
  b: "strong",
  strong: "strong",
  i: "em",
  em: "em",
  u: "u",
  ins: "u",
  s: "del",
  del: "del",
  strike: "del",
  sub: "sub",
  sup: "sup",
  kbd: "kbd",
  mark: "mark",
  code: "code",
};
/** The deepest nesting of tags; deeper ones are text. */
const DEEPEST = 16;
const TAG = /^<(\/?)([a-z]{1,6})\s{0,3}>$/i;

export interface Pair {
  /** The element for the content. */
  element: string;
  /** The index of the closing tag. */
  end: number;
}

/** The opening tags among `tokens` that have a partner, by their index. */
export function tagPairs(tokens: readonly Token[]): ReadonlyMap<number, Pair> {
  const pairs = new Map<number, Pair>();
  const open: { name: string; at: number }[] = [];
  const waiting = new Map<string, number>();
  const count = (name: string, by: number) => waiting.set(name, (waiting.get(name) ?? 0) + by);
  tokens.forEach((token, at) => {
    const found = token.type === "html" ? TAG.exec(token.raw.trim()) : null;
    const name = found?.[2]?.toLowerCase();
    if (!found || !name || !Object.hasOwn(ELEMENTS, name)) return;
    if (!found[1]) {
      if (open.length >= DEEPEST) return;
      open.push({ name, at });
      count(name, 1);
    } else if (waiting.get(name)) {
      // Tags opened inside and not closed have no partner.
      for (let last = open.pop(); last; last = open.pop()) {
        count(last.name, -1);
        if (last.name !== name) continue;
        pairs.set(last.at, { element: ELEMENTS[name]!, end: at });
        break;
      }
    }
  });
  return pairs;
}
