// Bundled for tests/browser/test_markdown.py: the renderer, the attacks and the answers, for a
// page without any Content-Security-Policy.
import { MarkdownView } from "../../../webapp/src/markdown/index.ts";
import { CORPUS } from "./attacks.ts";
import { ANSWERS } from "./documents.ts";

/** Shows every attack whole and sign by sign, presses what can be pressed; how many there were. */
function attack(): number {
  const box = document.getElementById("box")!;
  for (const payload of CORPUS) {
    for (const pieces of [[payload], payload.split("")]) {
      const view = new MarkdownView(box);
      for (const piece of pieces) view.append(piece);
      press(box);
      view.finish();
      press(box);
    }
  }
  return CORPUS.length;
}

function press(box: HTMLElement): void {
  for (const link of box.querySelectorAll("a, button, summary")) {
    // What the link says is looked at; leaving the page would end the test.
    link.addEventListener("click", (event) => event.preventDefault(), { once: true });
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    link.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
    (link as HTMLElement).focus();
  }
}

/** Milliseconds of work for each piece of a 10 kB answer that comes in a thousand of them. */
function stream(): number[] {
  const text = ANSWERS.join("\n\n").repeat(20).slice(0, 10_000);
  const box = document.getElementById("box")!;
  const view = new MarkdownView(box);
  const times: number[] = [];
  for (let end = 10; end <= text.length; end += 10) {
    const start = performance.now();
    view.update(text.slice(0, end));
    void box.offsetHeight;
    times.push(performance.now() - start);
  }
  view.finish();
  return times;
}

/** Milliseconds for a fixed piece of script and layout: what this machine is worth. */
function calibrate(): number {
  const box = document.getElementById("box")!;
  const start = performance.now();
  for (let i = 0; i < 200; i++) {
    box.replaceChildren();
    for (let j = 0; j < 50; j++)
      box.append(Object.assign(document.createElement("p"), { textContent: `${i} ${j}` }));
    void box.offsetHeight;
  }
  return performance.now() - start;
}

const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));

/** Streams a long answer, a piece a frame; how its height changed otherwise than by growing at its
 *  end, how many of its parts were left out at last, and all of its words. */
async function grow(length: number): Promise<{ moved: number; resting: number; words: string }> {
  const text = ANSWERS.join("\n\n").repeat(20).slice(0, length);
  const box = document.getElementById("box")!;
  const view = new MarkdownView(box);
  const tops = new Map<Element, number>();
  let moved = 0;
  for (let end = 400; end < text.length + 400; end += 400) {
    view.update(text.slice(0, end));
    await frame();
    scrollTo(0, document.documentElement.scrollHeight);
    await frame();
    const parts = [...box.querySelectorAll(".part")].slice(0, -2);
    for (const part of parts) {
      const top = Math.round(part.getBoundingClientRect().top + scrollY);
      moved = Math.max(moved, Math.abs(top - (tops.get(part) ?? top)));
      tops.set(part, top);
    }
  }
  view.finish();
  await frame();
  const resting = box.querySelectorAll(".part.rests").length;
  // As the button does that reads an answer out.
  box.classList.add("whole");
  // biome-ignore lint/performance/useDomNodeTextContent: what is left out would be missing here
  const words = box.innerText;
  box.classList.remove("whole");
  return { moved, resting, words };
}

/** Shows a text in so many pieces at once. */
function pour(pieces: number): void {
  const text = ANSWERS.join("\n\n").repeat(20).slice(0, 20_000);
  const view = new MarkdownView(document.getElementById("box")!);
  for (let piece = 1; piece <= pieces; piece++)
    view.update(text.slice(0, (text.length / pieces) * piece));
}

Object.assign(globalThis, { attack, stream, calibrate, grow, pour });
