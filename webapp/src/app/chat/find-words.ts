// Scrolls a conversation that a search has found to the words, and marks them for a moment.
import type { ChatMessage } from "../../state/model.ts";
import { stopFollowing } from "../ui/scroll.ts";
import { GROUP, SECTION } from "./message-window.tsx";

const MARK = "sought";
const MARKED = 5_000;
/** Frames until what was far away is drawn, and until it has settled in its place. */
const MOST_FRAMES = 60;
const SETTLED = 8;

/** The place of the last message that contains the words, or -1; as the server's search compares. */
export function placeOf(messages: readonly ChatMessage[], words: string): number {
  const wanted = fold(words);
  for (let place = messages.length - 1; place >= 0; place--)
    if (fold(messages[place]?.text ?? "").includes(wanted)) return place;
  return -1;
}

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Goes to the words in the message at this place of `list`. It may not be drawn yet: first comes
 *  its section, then its group. */
export function goToWords(list: Element, place: number, words: string): void {
  stopFollowing();
  let drawn = 0;
  let frames = 0;
  const go = (): void => {
    const section = list.children[Math.floor(place / SECTION)];
    const group = section?.children[Math.floor((place % SECTION) / GROUP)];
    const message = group?.querySelectorAll(".message")[place % GROUP];
    const range = message && rangeOf(message, words);
    const found = range?.startContainer.parentElement ?? message;
    (found ?? group ?? section)?.scrollIntoView({ block: "center" });
    if (found) drawn += 1;
    if (drawn < SETTLED && ++frames < MOST_FRAMES) requestAnimationFrame(go);
    else if (range) mark(range);
  };
  go();
}

/** Where the words are, if they are not parted by a format. */
function rangeOf(message: Element, words: string): Range | undefined {
  const texts = document.createTreeWalker(message, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const text = node.nodeValue ?? "";
    const at = text.toLowerCase().indexOf(words.toLowerCase());
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, Math.min(text.length, at + words.length));
    return range;
  }
  return undefined;
}

function mark(range: Range): void {
  if (!("highlights" in CSS)) return;
  CSS.highlights.set(MARK, new Highlight(range));
  setTimeout(() => CSS.highlights.delete(MARK), MARKED);
}
