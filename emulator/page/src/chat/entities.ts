// Text with entities as a tree. Offsets and lengths count UTF-16 units, as in JavaScript.
import type { Entity } from "../world/telegram.ts";

export type Node = string | { entity: Entity; children: Node[] };

/** The tree of `text`; its leaves joined are `text` again, whatever the entities. Entities that
 * extend beyond the text or overlap each other are clipped. */
export function entityTree(text: string, entities: readonly Entity[] = []): Node[] {
  const sound = entities.filter(
    (one) => one.length > 0 && one.offset >= 0 && one.offset < text.length,
  );
  const sorted = [...sound].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, sorted);
}

function build(text: string, from: number, to: number, entities: readonly Entity[]): Node[] {
  const nodes: Node[] = [];
  let at = from;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index] as Entity;
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    index += 1;
    if (end <= start) continue;
    if (start > at) nodes.push(text.slice(at, start));
    const inner: Entity[] = [];
    while (index < entities.length && (entities[index] as Entity).offset < end) {
      inner.push(entities[index] as Entity);
      index += 1;
    }
    nodes.push({ entity, children: build(text, start, end, inner) });
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

/** The text of a tree. */
export function textOf(nodes: readonly Node[]): string {
  return nodes.map((node) => (typeof node === "string" ? node : textOf(node.children))).join("");
}

const SAFE = /^(https?:|mailto:|tel:)/i;

/** An address that is safe to follow, with https added if it has no scheme; or null. */
export function safeHref(address: string): string | null {
  const trimmed = address.trim();
  // Browsers ignore control characters inside a scheme, so they are not allowed at all.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (trimmed === "" || /[\u0000-\u0020]/.test(trimmed)) return null;
  if (SAFE.test(trimmed)) return trimmed;
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(trimmed) ? null : `https://${trimmed}`;
}
