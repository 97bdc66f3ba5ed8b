// The message tree. A branch is another child of the same parent; the chat shows one path, from the
// root to a chosen leaf. Pure functions over a map of messages.

export interface Node {
  readonly id: string;
  readonly parentId: string | null;
  readonly createdAt: string;
}

export type Tree<N extends Node> = Readonly<Record<string, N>>;

/** The children of `parentId` (null: the roots), oldest first. */
export function children<N extends Node>(tree: Tree<N>, parentId: string | null): N[] {
  return (childIndex(tree).get(parentId) as N[] | undefined) ?? [];
}

/** Ids are UUIDv7, so they order messages of the same millisecond. */
function byAge(a: Node, b: Node): number {
  const difference = Date.parse(a.createdAt) - Date.parse(b.createdAt);
  return difference || (a.id < b.id ? -1 : 1);
}

/** The leaf under `id`, reached by always choosing the newest child. */
export function newestLeaf(tree: Tree<Node>, id: string | null): string | null {
  const index = childIndex(tree);
  const seen = new Set<string | null>();
  let leaf = id;
  for (let next = index.get(leaf)?.at(-1); next && !seen.has(next.id); ) {
    leaf = next.id;
    seen.add(leaf);
    next = index.get(leaf)?.at(-1);
  }
  return leaf;
}

/** The messages from the root to the leaf under `leafId`; an unknown leaf means the newest. */
export function path<N extends Node>(tree: Tree<N>, leafId: string | null): N[] {
  const known = leafId !== null && leafId in tree ? leafId : null;
  const found: N[] = [];
  const seen = new Set<string>();
  for (let id = newestLeaf(tree, known); id !== null && !seen.has(id); ) {
    const node: N | undefined = tree[id];
    if (!node) break;
    seen.add(id);
    found.push(node);
    id = node.parentId;
  }
  return found.reverse();
}

/** The branches that `id` is one of (itself included), oldest first. */
export function siblings<N extends Node>(tree: Tree<N>, id: string): N[] {
  const node = tree[id];
  return node ? children(tree, node.parentId) : [];
}

/** The leaf to choose so that the branch `step` places from `id` is shown; null at the ends. */
export function stepLeaf(tree: Tree<Node>, id: string, step: number): string | null {
  const branches = siblings(tree, id);
  const target = branches[branches.findIndex((node) => node.id === id) + step];
  return target ? newestLeaf(tree, target.id) : null;
}

type Index = ReadonlyMap<string | null, Node[]>;
const indices = new WeakMap<Tree<Node>, Index>();

/** The children of every message, oldest first; computed once per tree, since trees are
 *  immutable. */
function childIndex(tree: Tree<Node>): Index {
  const known = indices.get(tree);
  if (known) return known;
  const index = new Map<string | null, Node[]>();
  for (const node of Object.values(tree)) {
    const list = index.get(node.parentId);
    if (list) list.push(node);
    else index.set(node.parentId, [node]);
  }
  for (const list of index.values()) if (list.length > 1) list.sort(byAge);
  indices.set(tree, index);
  return index;
}
