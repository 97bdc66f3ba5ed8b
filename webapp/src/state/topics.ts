// Decides where a notice belongs: under the answer to a question where a wrong answer does harm.
// This runs only in the browser; nothing is sent anywhere.
import type { ChatMessage } from "./model.ts";
import { STEMS } from "./topic-stems.ts";

export type Topic = keyof typeof STEMS;

/** How many characters of a question are examined. */
const LOOKED_AT = 2_000;

// Arabic joins small words to the one after them, and Chinese all of them, so a stem may stand
// anywhere in a word.
const JOINED = /[ء-ي一-鿿]/;

interface Stem {
  stem: string;
  /** It must end where the word ends. */
  whole: boolean;
  /** The topic's rank: of several topics the first one counts. */
  rank: number;
}

const TOPICS = Object.keys(STEMS) as Topic[];

/** The stems of all topics by their first letter. One regular expression of all of them would try
 *  each at every letter, which a phone notices when it opens a long conversation. */
const BY_LETTER = new Map<string, Stem[]>();
for (const [rank, topic] of TOPICS.entries()) {
  for (const written of STEMS[topic].split("|")) {
    const stem = written.trimEnd();
    const list = BY_LETTER.get(stem[0]!) ?? [];
    BY_LETTER.set(stem[0]!, [...list, { stem, whole: stem !== written, rank }]);
  }
}

/** A text's topic; the first that matches. */
export function topicOf(text: string): Topic | null {
  const beginning = text.slice(0, LOOKED_AT).toLowerCase();
  let first = TOPICS.length;
  for (const { index, 0: word } of beginning.matchAll(/\p{L}+/gu)) {
    for (let at = 0; at < word.length; at++) {
      if (at > 0 && !JOINED.test(word[at]!)) continue;
      for (const { stem, whole, rank } of BY_LETTER.get(word[at]!) ?? []) {
        const start = index + at;
        if (rank >= first || !beginning.startsWith(stem, start)) continue;
        if (!whole || !/^\p{L}/u.test(beginning.slice(start + stem.length))) first = rank;
      }
    }
  }
  return TOPICS[first] ?? null;
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
