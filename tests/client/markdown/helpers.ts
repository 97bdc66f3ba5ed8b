// Shared by the tests of Markdown.
import { MarkdownView, renderMarkdown } from "../../../webapp/src/markdown/index.ts";

export function whole(text: string): string {
  const container = document.createElement("div");
  renderMarkdown(container, text);
  return snapshot(container);
}

export interface Streamed {
  html: string;
  redrawn: number;
}

/** Shows `pieces` one after the other; `look` sees the page after each. */
export function streamed(
  pieces: readonly string[],
  look?: (container: HTMLElement) => void,
): Streamed {
  const container = document.createElement("div");
  const view = new MarkdownView(container);
  let text = "";
  for (const piece of pieces) {
    text += piece;
    view.update(text);
    look?.(container);
  }
  view.finish();
  look?.(container);
  return { html: snapshot(container), redrawn: view.redrawn };
}

export const signs = (text: string): string[] => text.split("");

/** A page's content as text; attributes sorted, since their order means nothing. */
function snapshot(node: Element): string {
  return [...node.childNodes]
    .map((child) => {
      if (!(child instanceof HTMLElement)) return (child.textContent ?? "").replaceAll("<", "&lt;");
      const attrs = [...child.attributes]
        .map(({ name, value }) => `${name}=${JSON.stringify(value)}`)
        .sort();
      return `<${[child.localName, ...attrs].join(" ")}>${snapshot(child)}</${child.localName}>`;
    })
    .join("");
}
