// Puts an answer's blocks on the page in parts of a few blocks: the first part directly into the
// container, the others into boxes. Only the last part is updated while the answer grows, and the
// browser skips boxes that are out of view, so the work per frame does not depend on the length.

import { patch, type VNode } from "./vdom.ts";

/** Blocks directly in the container, and in each box. */
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

  /** Draws into `container`, after emptying it. */
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

  /** Shows `nodes` in place of everything. */
  replace(nodes: readonly VNode[]): void {
    this.last = this.settled = 0;
    this.settle(nodes);
  }

  /** Drops the trees: the drawing is final. */
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

/** A block with a top margin would move if it began a box. */
const mayBegin = (node: VNode): boolean => typeof node !== "string" && !/^h/.test(node.tag);

/** Lets the browser skip `box` while it is far from the viewport. Its height is known and kept, so
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
