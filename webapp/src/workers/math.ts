// Converts TeX to a MathML tree, as plain data. Elements that are not MathML are replaced by their
// content (links, images, wrappers that Temml makes for TeX commands that its default settings
// refuse anyway).

// Only the needed parts of the package's sources: its bundle is 10 kB larger.
import buildMathML from "temml/src/buildMathML.js";
import parseTree from "temml/src/parseTree.js";
import Settings from "temml/src/Settings.js";
import Style from "temml/src/Style.js";
import type { MathTree } from "./protocol.ts";

interface Node {
  type?: string;
  text?: string;
  attributes?: Record<string, unknown>;
  classes?: string[];
  style?: Record<string, unknown>;
  children?: Node[];
}

// Bounds on the time and the area that a hostile formula can take.
const SETTINGS = { maxSize: [20, 500] as [number, number], maxExpand: 500, trust: false };

// Temml's numbers for the sizes of displayed and of running formulas.
const DISPLAY = 0;
const TEXT = 1;

/** Throws Temml's error if `tex` is not valid TeX. */
export function typeset(tex: string, displayMode: boolean): MathTree {
  const settings = new Settings({ ...SETTINGS, displayMode, throwOnError: true });
  const level = displayMode ? DISPLAY : TEXT;
  const style = new Style({ level, maxSize: settings.maxSize });
  return plain(buildMathML(parseTree(tex, settings), tex, style, settings) as Node);
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
