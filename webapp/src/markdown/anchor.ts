// Links in answers: opened outside the app, without a referrer.
import { decodeEntities } from "./entities.ts";
import { h, type VElement, type VNode } from "./vdom.ts";

export function anchor(href: string, content: readonly VNode[], title?: string | null): VElement {
  const attrs: Record<string, string> = {
    href,
    target: "_blank",
    rel: "noopener noreferrer nofollow",
  };
  if (title) attrs.title = decodeEntities(title);
  return h("a", attrs, content);
}

/** `[[1]](…)`, as models mark what a search found, is a small pill; null for any other text. */
export function citation(href: string, text: string): VElement | null {
  const number = /^\[(\d{1,3})\]$/.exec(text)?.[1];
  if (!number) return null;
  const pill = anchor(href, [number]);
  return { ...pill, attrs: { ...pill.attrs, class: "cite" } };
}
