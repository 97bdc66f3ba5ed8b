// What a model is called where there is little room.
import assert from "node:assert/strict";
import { test } from "node:test";
import { modelLabel } from "../../../webapp/src/state/model-label.ts";

test("remarks, sizes and kinds are left out, the name stays", () => {
  assert.equal(modelLabel("SmolLM2 135M (local)"), "SmolLM2");
  assert.equal(modelLabel("Llama 3.3 70B Instruct"), "Llama 3.3");
  assert.equal(modelLabel("Grok 4"), "Grok 4");
  assert.equal(modelLabel("Grok (simulation)"), "Grok");
});

test("a name of nothing else stays whole", () => {
  assert.equal(modelLabel("7B"), "7B");
  assert.equal(modelLabel("(local)"), "(local)");
});
