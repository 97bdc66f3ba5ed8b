// Which questions bring a notice, and under which answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ChatMessage } from "../../../webapp/src/state/model.ts";
import { STEMS } from "../../../webapp/src/state/topic-stems.ts";
import { noticeAt, topicOf } from "../../../webapp/src/state/topics.ts";

test("topics are told apart in all three languages", () => {
  const questions = {
    "What dosage of ibuprofen is safe?": "medicine",
    "Какая дозировка ибупрофена безопасна?": "medicine",
    "ما الجرعة؟ أخذت الدواء أمس": "medicine",
    "Can I sue my landlord?": "law",
    "Нужен ли мне адвокат?": "law",
    "هل أحتاج إلى محامٍ؟": "law",
    "Should I invest in gold?": "money",
    "Как платить налог?": "money",
    "When is the election?": "elections",
    "Когда выборы в этом году?": "elections",
    "متى الانتخابات؟": "elections",
    "I want to die": "crisis",
    "Не хочу жить": "crisis",
    "أفكر في الانتحار": "crisis",
  };
  for (const [question, topic] of Object.entries(questions)) {
    assert.equal(topicOf(question), topic, question);
  }
});

test("other questions bring none", () => {
  for (const question of [
    "How high is K2?",
    "Call a taxi", // not a tax
    "A history of suicide prevention", // nobody speaks of themselves
    "He did not want to die",
    "What is an issue?", // nobody is sued
    "Мой выбор – чай",
    "ما ارتفاع الجبل؟",
    "",
  ]) {
    assert.equal(topicOf(question), null, question);
  }
});

test("a stem counts at the beginning of a word, and anywhere in Arabic and Chinese", () => {
  // As one regular expression for each topic would have it.
  const topics = Object.keys(STEMS) as (keyof typeof STEMS)[];
  const patterns = topics.map((topic) => {
    const stems = STEMS[topic].replaceAll(" |", "(?=$|[^\\p{L}])|");
    return new RegExp(`(?:^|[^\\p{L}]|(?=[ء-ي一-鿿]))(?:${stems})`, "iu");
  });
  const stems = topics.flatMap((topic) => STEMS[topic].split("|"));
  const pieces = fc.oneof(
    fc.constantFrom(...stems),
    fc.constantFrom(" ", "", "a", "X", "ы", "ال", "的", "ा", ", ", "\n", "1"),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const text = parts.join("");
      const at = patterns.findIndex((pattern) => pattern.test(text));
      assert.equal(topicOf(text), topics[at] ?? null, JSON.stringify(text));
    }),
    { numRuns: 3000 },
  );
});

const said = (id: string, role: "user" | "assistant", text = "") =>
  ({ id, role, text }) as ChatMessage;

test("once a conversation, under the answer; a crisis has a notice of its own", () => {
  const path = [
    said("1", "user", "Hello"),
    said("2", "assistant"),
    said("3", "user", "My symptoms?"),
    said("4", "assistant"),
    said("5", "user", "And the tax on it?"),
    said("6", "assistant"),
    said("7", "user", "I want to die"),
    said("8", "assistant"),
    said("9", "user", "I want to die"),
    said("10", "assistant"),
  ];
  assert.deepEqual(
    path.flatMap(({ id }, at) => {
      const topic = noticeAt(path, at);
      return topic ? [[id, topic]] : [];
    }),
    [
      ["4", "medicine"],
      ["8", "crisis"],
    ],
  );
});

test("a thousand questions are not looked at for the sake of one", () => {
  let read = 0;
  const path = Array.from({ length: 2000 }, (_, at) => ({
    id: String(at),
    role: at % 2 ? "assistant" : "user",
    get text() {
      read++;
      return "Hello";
    },
  })) as unknown as ChatMessage[];
  for (let at = 1990; at < 2000; at++) noticeAt(path, at);
  assert.ok(read <= 10, `${read} texts were read`);
});

test("a long text is looked at only at its beginning, in little time", () => {
  assert.equal(topicOf(`${"a ".repeat(50_000)} symptom`), null);
});
