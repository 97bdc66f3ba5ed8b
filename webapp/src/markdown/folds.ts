// <details>: the blocks between an opening and a closing tag, below their summary. Unmatched and
// deeply nested tags are shown as text.

import type { Token } from "marked";
import type { DetailsPart } from "./extensions.ts";
import { h, type VNode } from "./vdom.ts";

const DEEPEST = 3;

interface Fold {
  summary: VNode[] | undefined;
  nodes: VNode[];
}

/** Collects blocks, some of them inside folds. */
export class Folds {
  private readonly open: Fold[] = [{ summary: undefined, nodes: [] }];

  add(nodes: readonly VNode[]): void {
    for (const node of nodes) this.open.at(-1)!.nodes.push(node);
  }

  /** Adds the parts of a line; `line` renders a part's content. */
  take(parts: readonly DetailsPart[], line: (tokens: Token[]) => VNode[]): void {
    for (const { kind, raw, tokens } of parts) {
      const fold = this.open.at(-1)!;
      if (kind === "open" && this.open.length <= DEEPEST)
        this.open.push({ summary: undefined, nodes: [] });
      else if (kind === "close" && this.open.length > 1) this.close();
      else if (kind === "summary" && this.open.length > 1 && !fold.summary)
        fold.summary = line(tokens);
      else
        this.add([
          h("p", { dir: "auto" }, tokens.length > 0 || kind === "text" ? line(tokens) : [raw]),
        ]);
    }
  }

  /** All blocks; open folds end here. */
  finish(): VNode[] {
    while (this.open.length > 1) this.close();
    return this.open[0]!.nodes;
  }

  private close(): void {
    const { summary, nodes } = this.open.pop()!;
    this.add([h("details", {}, [h("summary", { dir: "auto" }, summary ?? ["…"]), ...nodes])]);
  }
}
