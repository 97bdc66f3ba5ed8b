// Taking over the server's shell: what somebody has typed into it stays.
import "../dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { hydrate } from "preact";
import { setServices } from "../../../webapp/src/actions/services.ts";
import { createApi } from "../../../webapp/src/api/index.ts";
import { Composer, saveDraft } from "../../../webapp/src/app/composer/composer.tsx";
import { setBoot } from "../../../webapp/src/i18n/index.ts";
import { Drafts } from "../../../webapp/src/state/drafts.ts";
import { memoryStore } from "../../../webapp/src/state/storage.ts";

const SHELL = `<form class="composer" id="composer" method="dialog"><textarea class="composer-text" name="text" rows="1"></textarea><div class="composer-row"><button type="button" class="model-pill"></button><button type="submit" class="send"></button></div></form>`;

function takeOver(typed: string, drafted = ""): { field: HTMLTextAreaElement; drafts: Drafts } {
  setBoot({ language: "en", dir: "ltr", messages: {}, version: "1" });
  const store = memoryStore();
  const drafts = new Drafts(store, "1");
  if (drafted) drafts.write(null, drafted);
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
  const root = document.createElement("div");
  root.innerHTML = SHELL;
  document.body.replaceChildren(root);
  const field = root.querySelector("textarea")!;
  field.value = typed;
  hydrate(<Composer />, root);
  assert.equal(root.querySelector("textarea"), field, "the field is the server's own");
  return { field, drafts };
}

test("text typed before the script is ready stays, and becomes the draft", () => {
  const { field, drafts } = takeOver("half a thou", "an older draft");
  assert.equal(field.value, "half a thou");
  saveDraft();
  assert.equal(drafts.read(null), "half a thou");
});

test("an empty field is given the draft of last time", () => {
  assert.equal(takeOver("", "an older draft").field.value, "an older draft");
});
