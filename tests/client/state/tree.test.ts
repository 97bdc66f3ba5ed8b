// Branches: every message can be reached, and paging stays among siblings.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Node, path, siblings, stepLeaf } from "../../../webapp/src/state/tree.ts";

const at = (n: number): string => new Date(1_700_000_000_000 + n).toISOString();

/** A random tree: each node's parent is an earlier one, or none. */
const trees = fc.array(fc.nat(), { minLength: 1, maxLength: 40 }).map((picks) => {
  const nodes: Record<string, Node> = {};
  picks.forEach((pick, n) => {
    const parent = pick % (n + 1);
    nodes[`n${n}`] = {
      id: `n${n}`,
      parentId: parent === n ? null : `n${parent}`,
      createdAt: at(n),
    };
  });
  return nodes;
});

test("a path goes from a root to a leaf, each message the parent of the next, through the chosen one", () => {
  fc.assert(
    fc.property(trees, fc.nat(), (tree, pick) => {
      const ids = Object.keys(tree);
      const chosen = ids[pick % ids.length]!;
      const shown = path(tree, chosen);
      assert.equal(shown[0]?.parentId, null);
      for (const [i, node] of shown.slice(1).entries()) assert.equal(node.parentId, shown[i]?.id);
      assert.ok(shown.some(({ id }) => id === chosen));
      assert.ok(!ids.some((id) => tree[id]?.parentId === shown.at(-1)?.id), "ends in a leaf");
    }),
  );
});

test("paging visits every branch of a message in order, and no other", () => {
  fc.assert(
    fc.property(trees, fc.nat(), (tree, pick) => {
      const ids = Object.keys(tree);
      const branches = siblings(tree, ids[pick % ids.length]!).map(({ id }) => id);
      const visited = [branches[0]!];
      for (;;) {
        const leaf = stepLeaf(tree, visited.at(-1)!, 1);
        if (!leaf) break;
        const next = path(tree, leaf).find(({ id }) => branches.includes(id));
        visited.push(next!.id);
      }
      assert.deepEqual(visited, branches);
    }),
  );
});

test("an unknown or missing leaf means the newest branch", () => {
  const tree = {
    a: { id: "a", parentId: null, createdAt: at(1) },
    b: { id: "b", parentId: "a", createdAt: at(2) },
    c: { id: "c", parentId: "a", createdAt: at(3) },
  };
  assert.deepEqual(
    path(tree, null).map(({ id }) => id),
    ["a", "c"],
  );
  assert.deepEqual(
    path(tree, "gone").map(({ id }) => id),
    ["a", "c"],
  );
  assert.deepEqual(
    path(tree, "b").map(({ id }) => id),
    ["a", "b"],
  );
});

test("a damaged tree that holds a circle ends instead of hanging", () => {
  const tree = {
    a: { id: "a", parentId: "b", createdAt: at(1) },
    b: { id: "b", parentId: "a", createdAt: at(2) },
  };
  assert.ok(path(tree, "a").length <= 2);
});
