// An answer's blocks on the page, in parts of a few: the first few stand in the container itself,
// all others in boxes. Only the last part is looked at while the answer grows, and what lies
// behind it costs nothing while it is out of sight: so a frame's work is the same at any length.

import { patch, type VNode } from "./vdom.ts";

/** Blocks in the container itself, and in each box after them. */
const FIRST = 16;
const LATER = 8;

interface Part {
  readonly box: HTMLElement;
  shown: readonly VNode[];
}

export class Parts {
  private readonly parts: Part[];
  /** The part that grows, and how many of its blocks are settled. */
  private last = 0;
  private settled = 0;

  /** Draws into `container`, which it empties. */
  constructor(private readonly container: HTMLElement) {
    container.replaceChildren();
    this.parts = [{ box: container, shown: [] }];
  }

  /** Shows `nodes` after what is settled. */
  show(nodes: readonly VNode[]): void {
    const kept = this.parts[this.last]!.shown.slice(0, this.settled);
    const lists = spread(kept, nodes, this.last);
    for (const [at, list] of lists.entries()) this.draw(this.last + at, list);
    for (const { box } of this.parts.splice(this.last + lists.length)) box.remove();
  }

  /** Shows `nodes` after what is settled; they are settled too. */
  settle(nodes: readonly VNode[]): void {
    this.show(nodes);
    for (; this.last < this.parts.length - 1; this.last++) rest(this.parts[this.last]!.box);
    this.settled = this.parts[this.last]!.shown.length;
  }

  /** Shows `nodes` in the place of all. */
  replace(nodes: readonly VNode[]): void {
    this.last = this.settled = 0;
    this.settle(nodes);
  }

  /** The page holds the result; the trees are of no more use. */
  forget(): void {
    for (const part of this.parts) part.shown = [];
  }

  private draw(at: number, list: readonly VNode[]): void {
    let part = this.parts[at];
    if (!part) {
      part = { box: document.createElement("div"), shown: [] };
      part.box.className = "part";
      this.container.append(part.box);
      this.parts.push(part);
    }
    patch(part.box, part.shown, list);
    part.shown = list;
  }
}

/** Blocks in lists, one for each part from number `at` on; the first begins with `kept`. */
function spread(kept: readonly VNode[], nodes: readonly VNode[], at: number): VNode[][] {
  const lists = [[...kept]];
  for (const node of nodes) {
    const most = at + lists.length === 1 ? FIRST : LATER;
    if (lists.at(-1)!.length >= most && mayBegin(node)) lists.push([node]);
    else lists.at(-1)!.push(node);
  }
  return lists;
}

/** A block with a margin above would stand elsewhere at the beginning of a box of its own. */
const mayBegin = (node: VNode): boolean => typeof node !== "string" && !/^h/.test(node.tag);

/** Lets the browser leave `box` out while it is far away. Its height is known by then and kept: so
 *  nothing moves. */
function rest(box: HTMLElement): void {
  if (!box.classList.contains("part") || box.classList.contains("rests")) return;
  const watch = new ResizeObserver(([entry]) => {
    const height = entry?.borderBoxSize?.[0]?.blockSize;
    if (!height) return;
    watch.disconnect();
    box.style.containIntrinsicBlockSize = `auto ${height}px`;
    box.classList.add("rests");
  });
  watch.observe(box);
}
