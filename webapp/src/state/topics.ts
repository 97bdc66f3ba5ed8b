// Where a notice belongs: under the answer to a question where a wrong answer does harm. It is
// looked at here alone and sent nowhere.
import type { ChatMessage } from "./model.ts";
import { STEMS } from "./topic-stems.ts";

export type Topic = keyof typeof STEMS;

/** Characters of a question that are looked at. */
const LOOKED_AT = 2_000;

const PATTERNS = (Object.keys(STEMS) as Topic[]).map((topic) => {
  const stems = STEMS[topic].replaceAll(" |", "(?=$|[^\\p{L}])|");
  // Arabic joins small words to the one after them, and Chinese all of them, so a stem may stand
  // anywhere in a word.
  return { topic, pattern: new RegExp(`(?:^|[^\\p{L}]|(?=[ء-ي一-鿿]))(?:${stems})`, "iu") };
});

/** What a text is about; the first that fits. */
export function topicOf(text: string): Topic | null {
  const beginning = text.slice(0, LOOKED_AT);
  return PATTERNS.find(({ pattern }) => pattern.test(beginning))?.topic ?? null;
}

const known = new WeakMap<object, Topic | null>();

function topicOfMessage(message: ChatMessage): Topic | null {
  let topic = known.get(message);
  if (topic === undefined) {
    topic = message.role === "user" ? topicOf(message.text) : null;
    known.set(message, topic);
  }
  return topic;
}

/** The notice under the answer at a place of a path: it belongs under the answer to the first
 *  question of its kind, once for a crisis and once for all other topics. Earlier questions are
 *  looked at only where there may be one. */
export function noticeAt(path: readonly ChatMessage[], place: number): Topic | null {
  const topic = topicUnder(path, place);
  if (topic === null) return null;
  for (let at = 0; at < place; at++) {
    const earlier = topicUnder(path, at);
    if (earlier !== null && (earlier === "crisis") === (topic === "crisis")) return null;
  }
  return topic;
}

function topicUnder(path: readonly ChatMessage[], place: number): Topic | null {
  const question = path[place - 1];
  return question && path[place]?.role === "assistant" ? topicOfMessage(question) : null;
}
