// TeX to a MathML tree, as plain data. Whatever is not MathML (links, images, wrappers that
// Temml makes for TeX commands which the default, untrusting settings refuse anyway) leaves its
// content alone.

// The sources rather than the package's bundle, which brings a chemist's notation of 8 kB.
import temml from "temml/temml.js";
import type { MathTree } from "./protocol.ts";

interface Node {
  type?: string;
  text?: string;
  attributes?: Record<string, unknown>;
  classes?: string[];
  style?: Record<string, unknown>;
  children?: Node[];
}

// Bounds on what a hostile formula may cost or cover.
const SETTINGS = { maxSize: [20, 500] as [number, number], maxExpand: 500, trust: false };

/** Throws what Temml throws when `tex` is no TeX. */
export function typeset(tex: string, displayMode: boolean): MathTree {
  const options = { ...SETTINGS, displayMode, throwOnError: true };
  return plain(temml.__renderToMathMLTree(tex, options) as Node);
}

function plain(node: Node): MathTree {
  if (typeof node.text === "string") return node.text;
  const attrs = strings(node.attributes);
  const classes = (node.classes ?? []).filter(Boolean).join(" ");
  if (classes) attrs.class = classes;
  return {
    tag: node.type ?? "mrow",
    attrs,
    style: strings(node.style),
    children: (node.children ?? []).map(plain),
  };
}

function strings(values: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
