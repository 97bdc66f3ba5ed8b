// Showing an answer takes work in proportion to its length, whatever it is; and so does each frame
// of one that grows.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { MarkdownView } from "../../../webapp/src/markdown/index.ts";
import { resetDom } from "../dom.ts";
import { IN_FULL } from "../runs.ts";

declare const ROOT_FOLDER: string;

type Three = [string, string, string];
interface Cases {
  repeated: string[];
  nested: Three[];
  after: Three[];
}
const CASES = JSON.parse(
  readFileSync(join(ROOT_FOLDER, "tests/cases/nasty.json"), "utf8"),
) as Cases;

/** In full it is four times the length, at which less of what is quadratic hides. */
const SHORT = IN_FULL ? 16_000 : 4_000;
const LONG = 4 * SHORT;
/** What four times the length may cost: quadratic work would be sixteen times as much. */
const MOST = 2.5 ** 2;
/** Milliseconds below which a ratio says nothing. */
const NEGLIGIBLE = IN_FULL ? 150 : 40;

beforeEach(resetDom);

type Generate = (length: number) => string;
const repeated =
  (piece: string): Generate =>
  (length) =>
    piece.repeat(length / piece.length + 1).slice(0, length);

const GENERATORS = new Map<string, Generate>([
  ...CASES.repeated.map((piece): [string, Generate] => [JSON.stringify(piece), repeated(piece)]),
  ...CASES.nested.map(([open, inside, close]): [string, Generate] => [
    `nested ${JSON.stringify(open)}`,
    (length) => {
      const count = Math.floor(length / (open.length + close.length));
      return open.repeat(count) + inside + close.repeat(count);
    },
  ]),
  ...CASES.after.map(([first, piece, last]): [string, Generate] => [
    JSON.stringify([first.slice(0, 20), piece.slice(0, 20)]),
    (length) => first + repeated(piece)(length) + last,
  ]),
]);

/** Milliseconds of the processor for one frame of a text that grows, and its end. */
function cost(text: string): number {
  const started = process.cpuUsage();
  const view = new MarkdownView(document.createElement("div"));
  view.update(text);
  view.finish();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

for (const [name, generate] of GENERATORS) {
  test(`work grows with the length: ${name}`, () => {
    let short = cost(generate(SHORT));
    let long = 0;
    for (let tries = 0; tries < 5; tries++) {
      long = cost(generate(LONG));
      if (long < Math.max(NEGLIGIBLE, MOST * short)) return;
      short = Math.max(short, cost(generate(SHORT)));
    }
    assert.fail(`${SHORT} signs took ${short} ms, ${LONG} took ${long} ms`);
  });
}
