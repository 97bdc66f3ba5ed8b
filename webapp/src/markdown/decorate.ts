// Puts the worker's results into the page: coloured code and MathML, built element by element from
// data, through allow-lists.

import {
  enhance,
  known,
  type MathTree,
  type Result,
  type Segments,
  type Task,
} from "../workers/client.ts";

const MATHML = "http://www.w3.org/1998/Math/MathML";
const MATH_TAGS = new Set(
  "math mrow mi mo mn mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd mpadded mphantom menclose mstyle merror mmultiscripts mprescripts none".split(
    " ",
  ),
);
const MATH_ATTRIBUTES = new Set(
  "display class mathvariant stretchy fence separator form lspace rspace minsize maxsize symmetric largeop movablelimits accent accentunder width height depth voffset linethickness displaystyle scriptlevel columnalign rowspan columnspan columnspacing rowspacing notation mathcolor mathbackground".split(
    " ",
  ),
);
const STYLE = /^(color|background-color|text-align|(padding|margin)(-\w+)?)$/;
const STYLE_VALUE = /^[\w#.% -]{1,60}$/;

/** Fills `element`, whose text is the task's source, once the worker has finished the task. */
export function decorate(element: HTMLElement, task: Task): void {
  const result = known(task);
  if (result !== undefined) return fill(element, result);
  const source = element.textContent;
  void enhance(task).then((late) => {
    // The element may show something else by now.
    if (element.textContent === source) fill(element, late);
  });
}

function fill(element: HTMLElement, result: Result | null): void {
  if (!result) return;
  if (result.kind === "code") element.replaceChildren(colored(result.segments));
  else element.replaceChildren(math(result.tree));
}

function colored(segments: Segments): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const [scope, text] of segments) {
    const classes = scope.match(/[\w-]+/g);
    if (!classes) {
      fragment.append(text);
      continue;
    }
    const span = document.createElement("span");
    // "title.function" is two classes, as in highlight.js's own themes.
    span.className = [`hljs-${classes[0]}`, ...classes.slice(1).map((name) => `${name}_`)].join(
      " ",
    );
    span.append(text);
    fragment.append(span);
  }
  return fragment;
}

/** The element of a MathML tree; exported for tests. */
export function math(tree: MathTree): Node {
  if (typeof tree === "string") return document.createTextNode(tree);
  const element = document.createElementNS(MATHML, MATH_TAGS.has(tree.tag) ? tree.tag : "mrow");
  for (const [name, value] of Object.entries(tree.attrs)) {
    if (MATH_ATTRIBUTES.has(name)) element.setAttribute(name, value);
  }
  for (const [name, value] of Object.entries(tree.style)) {
    const property = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (!STYLE.test(property) || !STYLE_VALUE.test(value)) continue;
    (element as unknown as HTMLElement).style?.setProperty(property, value);
  }
  for (const child of tree.children) element.appendChild(math(child));
  return element;
}
