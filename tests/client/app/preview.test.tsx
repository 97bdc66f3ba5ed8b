// The second line of a row in the list.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "preact";
import { setServices } from "../../../webapp/src/actions/services.ts";
import { createApi } from "../../../webapp/src/api/index.ts";
import { Preview } from "../../../webapp/src/app/sidebar/preview.tsx";
import { setBoot } from "../../../webapp/src/i18n/index.ts";
import { Drafts } from "../../../webapp/src/state/drafts.ts";
import type { Conversation } from "../../../webapp/src/state/model.ts";
import { memoryStore } from "../../../webapp/src/state/storage.ts";

const ID = "0193c2c0-0000-7000-8000-000000000000";
const TEMPORARY = "0193c2c0-0000-8000-8000-000000000000";
const messages = {
  "app.chats.you": "You:",
  "app.chats.draft": "Draft:",
  "app.chats.writing": "Writing…",
  "app.answer.stopped": "You stopped this answer",
  "app.answer.failed": "Couldn’t get an answer",
  "app.attach.picture": "Picture",
};

type Shown = Partial<NonNullable<Conversation["preview"]>>;

function shown(last: Shown | null, { id = ID, draft = "", isCurrent = false } = {}): string {
  setBoot({ language: "en", dir: "ltr", messages, version: "1" });
  const store = memoryStore();
  const drafts = new Drafts(store, "1");
  drafts.write(id, draft);
  setServices({
    api: createApi({ initData: "" }),
    store,
    drafts,
    owner: "1",
    botMayWrite: true,
    telegramLanguage: "",
    newId: () => "id",
    now: () => new Date(),
  });
  const at = "2026-11-23T10:00:00Z";
  const preview = last && {
    role: "assistant" as const,
    state: "complete" as const,
    text: "",
    ...last,
  };
  const conversation = { id, title: null, pinned: false, createdAt: at, updatedAt: at, preview };
  const root = document.createElement("div");
  render(<Preview conversation={conversation} isCurrent={isCurrent} />, root);
  return root.textContent?.trim() ?? "";
}

test("it says who wrote what, and what became of an answer without words", () => {
  assert.equal(shown({ text: "**Light** scatters." }), "Light scatters.");
  assert.equal(shown({ role: "user", text: "Why *is*\nit so?" }), "You: Why *is* it so?");
  assert.equal(shown({ role: "user" }), "", "a file without words");
  assert.equal(shown({ state: "running", text: "Some wo" }), "Writing…");
  assert.equal(shown({ state: "stopped" }), "You stopped this answer");
  assert.equal(shown({ state: "stopped", text: "As far as" }), "As far as");
  assert.equal(shown({ state: "failed" }), "Couldn’t get an answer");
  assert.equal(shown({}), "Picture");
  assert.equal(shown(null), "");
});

test("a draft comes first, unless it is on screen already", () => {
  const last = { text: "Light scatters." };
  assert.equal(shown(last, { draft: "And\n red?" }), "Draft: And red?");
  assert.equal(shown(last, { draft: "And red?", isCurrent: true }), "Light scatters.");
});

test("nothing said in a temporary chat is shown", () => {
  const id = TEMPORARY;
  assert.equal(shown({ text: "A secret" }, { id }), "");
  assert.equal(shown({ role: "user", text: "A secret" }, { id }), "");
  assert.equal(shown({ state: "running", text: "A secret" }, { id }), "Writing…");
});
