// The start of a session: what passes by itself is waited for, a refusal stands.
import "../dom.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openSession } from "../../../webapp/src/actions/account.ts";
import { setServices } from "../../../webapp/src/actions/services.ts";
import { dismissToast, toast } from "../../../webapp/src/actions/toast.ts";
import { createApi } from "../../../webapp/src/api/index.ts";
import { setBoot } from "../../../webapp/src/i18n/index.ts";
import { Drafts } from "../../../webapp/src/state/drafts.ts";
import { initialState } from "../../../webapp/src/state/model.ts";
import { memoryStore } from "../../../webapp/src/state/storage.ts";
import { state } from "../../../webapp/src/state/store.ts";

beforeEach(() => {
  setBoot({ language: "en", dir: "ltr", version: "1", messages: {} });
  state.value = initialState;
  dismissToast();
});

/** A server whose first answers to a sign-in are these problems; returns the tries it saw. */
function refusing(...problems: { status: number; code: string }[]): string[] {
  const tries: string[] = [];
  const fetch = (async (input: string) => {
    if (input !== "/api/session") return Response.json({ items: [] });
    tries.push(input);
    const problem = problems.shift();
    if (!problem)
      return Response.json({ token: "s", expiresAt: "", user: { id: 1 } }, { status: 201 });
    const { status, code } = problem;
    return Response.json({ code, title: code, detail: "Word." }, { status });
  }) as typeof globalThis.fetch;
  const store = memoryStore();
  const api = createApi({ initData: "signed", fetch });
  setServices({
    api,
    store,
    drafts: new Drafts(store, "1"),
    owner: "1",
    botMayWrite: true,
    telegramLanguage: "",
    newId: () => "",
    now: () => new Date(),
  });
  return tries;
}

test("a server that is busy is said, and tried again until it is not", async () => {
  const tries = refusing({ status: 503, code: "storage_busy" });
  const opening = openSession();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(state.value.delay?.code, "storage_busy");
  // Said in place, not by a message that returns with each try.
  assert.equal(toast.value, null);
  assert.equal(state.value.sessionFailure, null);
  await opening;
  assert.equal(tries.length, 2);
  assert.equal(state.value.session, "ready");
  assert.equal(state.value.delay, null);
});

test("a launch that is refused stays refused", async () => {
  const tries = refusing({ status: 401, code: "init_data_expired" });
  await openSession();
  assert.equal(tries.length, 1);
  assert.equal(state.value.session, "failed");
  assert.equal(state.value.sessionFailure?.code, "init_data_expired");
});
