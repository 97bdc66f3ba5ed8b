// What a growing answer costs does not depend on how long it is: only its end is touched.
import "../dom.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import { MarkdownView } from "../../../webapp/src/markdown/index.ts";
import { resetDom } from "../dom.ts";
import { ANSWERS, PIECES } from "./documents.ts";

beforeEach(resetDom);

const STEP = 40;

/** How many parts from the end on `node` is in; 0 if it is no longer on the page. */
function fromEnd(container: Element, node: Node): number {
  let part: Node | null = node;
  while (part && part.parentNode !== container) part = part.parentNode;
  for (let box = container.lastElementChild, count = 1; box; box = box.previousElementSibling) {
    // All that stands in the container itself is the first part.
    if (box === part || !box.classList.contains("part")) return part ? count : 0;
    count++;
  }
  return 0;
}

/** For each step of a text that grows: how many changes there were, and which parts they were in. */
function changes(text: string): { counts: number[]; oldest: number } {
  const container = document.createElement("div");
  document.body.append(container);
  const view = new MarkdownView(container);
  const watch = new MutationObserver(() => undefined);
  watch.observe(container, { childList: true, characterData: true, subtree: true });
  const counts: number[] = [];
  let oldest = 0;
  for (let end = STEP; end <= text.length; end += STEP) {
    view.update(text.slice(0, end));
    const records = watch.takeRecords();
    let count = 0;
    for (const { target, addedNodes, removedNodes, type } of records) {
      count += type === "characterData" ? 1 : addedNodes.length + removedNodes.length;
      if (target !== container) oldest = Math.max(oldest, fromEnd(container, target));
    }
    counts.push(count);
  }
  watch.disconnect();
  container.remove();
  return { counts, oldest };
}

test("the sixtieth kilobyte changes no more of the page than the second", () => {
  const once = `${ANSWERS.join("\n\n")}\n\n`;
  const { counts, oldest } = changes(once.repeat(Math.ceil(60_000 / once.length)));
  const at = (kilobyte: number) => Math.floor((kilobyte * 1000) / STEP);
  const most = (from: number, to: number) => Math.max(...counts.slice(at(from), at(to)));
  const early = most(2, 2 + once.length / 1000);
  const late = most(58 - once.length / 1000, 58);
  // The steps do not fall on the same signs.
  assert.ok(late <= early + 4, `${late} changes late, ${early} early`);
  assert.ok(oldest <= 2, `the part before the last ${oldest - 1} was changed`);
});

test("whatever an answer is made of, only its last two parts change", () => {
  const documents = fc.array(fc.constantFrom(...PIECES), { minLength: 60, maxLength: 90 });
  fc.assert(
    fc.property(documents, (pieces) => {
      const { oldest } = changes(pieces.map((piece) => `${piece}\n\n`).join(""));
      assert.ok(oldest <= 3, `part ${oldest} from the end was changed`);
    }),
    { numRuns: 15 },
  );
});

test("what is settled stays the same elements, to the end of the answer", () => {
  const container = document.createElement("div");
  const view = new MarkdownView(container);
  const text = "A line of *text*.\n\n- one\n- two\n\n".repeat(60);
  view.update(text.slice(0, 2000));
  const before = [...container.querySelectorAll(".part")].slice(0, -2);
  const blocks = before.flatMap((part) => [...part.children]);
  assert.ok(blocks.length > 20);
  view.update(text);
  view.finish();
  const after = new Set(container.querySelectorAll(".part > *"));
  assert.ok(blocks.every((block) => after.has(block)));
});

test("of a long code that grows, only the last group of lines changes", () => {
  const container = document.createElement("div");
  const view = new MarkdownView(container);
  const text = `\`\`\`text\n${"a line of code\n".repeat(300)}`;
  view.update(text);
  const groups = () => [...container.querySelectorAll("code > .lines")];
  const before = groups().map((group) => group.firstChild);
  assert.equal(before.length, 5);
  view.update(`${text}and one\nmore`);
  const after = groups();
  assert.deepEqual(
    after.slice(0, 4).map((group) => group.firstChild),
    before.slice(0, 4),
  );
  assert.equal(after.at(-1)!.textContent!.endsWith("and one\nmore"), true);
  view.finish();
  const code = container.querySelector("code")!.textContent;
  assert.equal(code, `${"a line of code\n".repeat(300)}and one\nmore`);
});

test("a part never begins with what has a margin above itself, so that boxes move nothing", () => {
  const container = document.createElement("div");
  new MarkdownView(container).print("# Heading\n\ntext\n\n---\n\n".repeat(100));
  const first = [...container.querySelectorAll(".part > :first-child")];
  assert.ok(first.length > 10);
  assert.deepEqual([...new Set(first.map(({ localName }) => localName))], ["p"]);
});
