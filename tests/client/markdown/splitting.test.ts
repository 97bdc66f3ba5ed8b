// The law of streaming: however a text is cut, its end shows what the whole text shows, and
// nothing that was settled had to be taken back.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import { resetDom } from "../dom.ts";
import { IN_FULL, runs } from "../runs.ts";
import { ANSWERS, PIECES, REFERENCES } from "./documents.ts";
import { signs, streamed, whole } from "./helpers.ts";

beforeEach(resetDom);

const cut = (text: string, places: readonly number[]): string[] => {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, i, all) => text.slice(all[i - 1] ?? 0, end));
};

/** Every piece, and of the pairs a fourth if not all: each piece is the first and the second of some. */
const PAIRS = PIECES.flatMap((first, i) => [
  first,
  ...PIECES.filter((_, k) => IN_FULL || (i + k) % 4 === 0).map((second) => first + second),
]);

test("sign by sign, every piece and pairs of pieces show what the whole shows", () => {
  for (const text of PAIRS) {
    const { html, redrawn } = streamed(signs(text));
    assert.equal(html, whole(text), JSON.stringify(text));
    assert.equal(redrawn, 0, `settled too early: ${JSON.stringify(text)}`);
  }
});

test("cut anywhere, any document shows what the whole shows, and settled blocks stay", () => {
  const documents = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(documents, fc.array(fc.nat(), { maxLength: 40 }), (pieces, places) => {
      const text = pieces.join("");
      const { html, redrawn } = streamed(cut(text, places));
      assert.equal(html, whole(text), JSON.stringify(text));
      assert.equal(redrawn, 0, `settled too early: ${JSON.stringify(text)}`);
    }),
    { numRuns: runs(1500) },
  );
});

test("references and footnotes are resolved at the end, wherever they were defined", () => {
  const documents = fc.array(
    fc.constantFrom(...PIECES, ...REFERENCES, ...REFERENCES, ...REFERENCES),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(documents, fc.array(fc.nat(), { maxLength: 30 }), (pieces, places) => {
      const text = pieces.join("");
      assert.equal(streamed(cut(text, places)).html, whole(text), JSON.stringify(text));
    }),
    { numRuns: runs(700) },
  );
});

test("any string at all, cut anywhere, shows what the whole shows", () => {
  const noise = fc.string({
    unit: fc.constantFrom(..."ab *_`~#->|[](){}!\\$<&;:.=1\n\n\t  \r"),
    maxLength: 60,
  });
  fc.assert(
    fc.property(noise, (text) => {
      const { html, redrawn } = streamed(signs(text));
      assert.equal(html, whole(text), JSON.stringify(text));
      if (!/\]:|\[\^/.test(text))
        assert.equal(redrawn, 0, `settled too early: ${JSON.stringify(text)}`);
    }),
    { numRuns: runs(3000) },
  );
});

test("answers as models write them, sign by sign", () => {
  for (const text of ANSWERS) {
    const { html, redrawn } = streamed(signs(text));
    assert.equal(html, whole(text));
    assert.equal(redrawn, 0);
  }
});
