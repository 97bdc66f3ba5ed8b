// A small virtual DOM: the tree that should be on screen, and the patches that apply it. The only
// place that creates elements from model output: no tag or attribute that is not listed here can
// result from any input.

import type { Task } from "../workers/client.ts";
import { decorate } from "./decorate.ts";

const TAGS = new Set(
  "p h3 ul ol li blockquote hr pre code table thead tbody tr th td div span figure figcaption button strong em del a br sup sub u kbd mark details summary".split(
    " ",
  ),
);
const ATTRIBUTES = new Set(
  "class dir lang href target rel title start role tabindex type aria-label aria-hidden data-footnote data-align".split(
    " ",
  ),
);

export type Attributes = Record<string, string>;
export type VNode = string | VElement;

export interface VElement {
  readonly tag: string;
  readonly attrs: Attributes;
  readonly children: readonly VNode[];
  /** Better content for this element, from the worker; its text is the source until then. */
  readonly task?: Task;
  readonly onClick?: (event: Event) => void;
}

export function h(
  tag: string,
  attrs: Attributes,
  children: readonly VNode[] = [],
  extra: Pick<VElement, "task" | "onClick"> = {},
): VElement {
  return { tag, attrs, children: joined(children), ...extra };
}

/** Joins neighbouring texts: the DOM keeps separate text nodes, so positions would differ. */
function joined(children: readonly VNode[]): VNode[] {
  const list: VNode[] = [];
  for (const child of children) {
    if (child === "") continue;
    if (typeof child === "string" && typeof list.at(-1) === "string")
      list.push(`${list.pop() as string}${child}`);
    else list.push(child);
  }
  return list;
}

/** Changes the first children of `parent` from `before` to `after`. */
export function patch(parent: Node, before: readonly VNode[], after: readonly VNode[]): void {
  const common = Math.min(before.length, after.length);
  for (let i = 0; i < common; i++) patchOne(parent, i, before[i]!, after[i]!);
  for (let i = before.length; i > common; i--) parent.childNodes[common]!.remove();
  const next = parent.childNodes[common] ?? null;
  for (let i = common; i < after.length; i++) parent.insertBefore(create(after[i]!), next);
}

function patchOne(parent: Node, index: number, before: VNode, after: VNode): void {
  if (before === after) return;
  const node = parent.childNodes[index]!;
  if (typeof before === "string" && typeof after === "string") {
    // Appending keeps the selection and is cheaper.
    const text = node as Text;
    if (after.startsWith(before)) text.appendData(after.slice(before.length));
    else text.data = after;
  } else if (sameKind(before, after)) {
    patchElement(node as HTMLElement, before as VElement, after as VElement);
  } else {
    parent.replaceChild(create(after), node);
  }
}

/** Whether the element can be kept. An element filled by the worker no longer matches its tree. */
function sameKind(before: VNode, after: VNode): boolean {
  if (typeof before === "string" || typeof after === "string") return false;
  return before.tag === after.tag && (!before.task || equal(before.task, after.task));
}

const equal = (a: Task, b: Task | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

function patchElement(element: HTMLElement, before: VElement, after: VElement): void {
  for (const name of Object.keys(before.attrs)) {
    if (!(name in after.attrs)) element.removeAttribute(name);
  }
  setAttributes(element, after.attrs, before.attrs);
  if (before.task) return;
  patch(element, before.children, after.children);
  if (after.task) decorate(element, after.task);
}

function create(node: VNode): Node {
  if (typeof node === "string") return document.createTextNode(node);
  const element = document.createElement(TAGS.has(node.tag) ? node.tag : "span");
  setAttributes(element, node.attrs, {});
  for (const child of node.children) element.appendChild(create(child));
  if (node.onClick) element.addEventListener("click", node.onClick);
  if (node.task) decorate(element, node.task);
  return element;
}

function setAttributes(element: HTMLElement, attrs: Attributes, before: Attributes): void {
  for (const [name, value] of Object.entries(attrs)) {
    if (before[name] !== value && ATTRIBUTES.has(name)) element.setAttribute(name, value);
  }
}
