// What a voice is given of an answer: sentences, and no piece that it would cut off.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pieces } from "../../../webapp/src/app/chat/listen-button.tsx";

test("an answer is read sentence by sentence", () => {
  assert.deepEqual(pieces("The first one. A second?\nمتى؟ نعم."), [
    "The first one.",
    "A second?",
    "متى؟",
    "نعم.",
  ]);
  assert.deepEqual(pieces(" \n "), []);
});

test("no piece is too long, and no word is lost", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), (text) => {
      const found = pieces(text);
      assert.ok(found.every((piece) => piece.length <= 200));
      const letters = (all: string): string => all.replace(/[^\p{L}\p{N}]/gu, "");
      assert.equal(letters(found.join("")), letters(text));
    }),
  );
});
