// Draws one block of each kind where nobody sees it, so that the first conversation that is opened
// finds patterns and functions compiled, and fonts loaded.
import { renderMarkdown } from "./stream.ts";

/** None of them needs the worker, which is fetched on demand. */
const BLOCKS = [
  "## A **b** *c* `d` [e](https://example.org)",
  "- a\n- **b**\n\n1. c\n\n> d",
  "```\na\n```\n",
  "| a | b |\n|---|--:|\n| c | d |",
];

/** `whenIdle` is given one piece of work at a time. */
export function warmUp(whenIdle: (work: () => void) => void): void {
  for (const block of BLOCKS) whenIdle(() => layOut(block));
}

function layOut(block: string): void {
  const box = document.createElement("div");
  box.className = "answer";
  box.ariaHidden = "true";
  Object.assign(box.style, { position: "absolute", inlineSize: "20rem", visibility: "hidden" });
  renderMarkdown(box, block);
  document.body.append(box);
  box.getBoundingClientRect();
  box.remove();
}
