// Files in the state: with their messages from the moment of sending, each once, and on their
// way to the server before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addFiles, removeFile } from "../../../webapp/src/actions/attachments.ts";
import { setServices } from "../../../webapp/src/actions/services.ts";
import { ApiError, type Card, createApi } from "../../../webapp/src/api/index.ts";
import { uploading, uploads } from "../../../webapp/src/state/attachments.ts";
import { Drafts } from "../../../webapp/src/state/drafts.ts";
import { memoryStore } from "../../../webapp/src/state/storage.ts";
import type { StreamEvent } from "../../../webapp/src/stream/events.ts";
import { after, asked, CHAT, end, message, numbered, REQUEST, RUN, start } from "../state/made.ts";

const card = (id: string, kind: Card["kind"] = "image"): Card => ({
  id,
  kind,
  name: `${id}.jpg`,
  mediaType: "image/jpeg",
  size: 9,
  truncated: false,
});
const told = (messageId: string, file: Card): StreamEvent => ({
  type: "attachment",
  messageId,
  file,
});

test("a question shows its files at once, and the server's word takes their place", () => {
  const files = [card("one")];
  const sending = after([asked({ options: { files } })]);
  assert.deepEqual(sending.threads[CHAT]!.messages[REQUEST]!.attachments, files);
  const question = message("question", null, { attachments: files });
  const sent = after(numbered([start({ userMessage: question })], REQUEST), sending);
  assert.deepEqual(sent.threads[CHAT]!.messages.question!.attachments, files);
});

test("pages join the question and pictures the answer, each once however often it is told", () => {
  const page = card("page", "page");
  const known = message("question", null, { attachments: [page] });
  const events = [
    start({ userMessage: known }),
    told("question", page),
    told("answer", card("made")),
    end(),
  ];
  const { messages } = after(numbered(events)).threads[CHAT]!;
  assert.deepEqual(messages.question!.attachments, [page]);
  assert.deepEqual(messages.answer!.attachments, [card("made")]);
});

test("a page that could not be read is remembered with its run", () => {
  const events: StreamEvent[] = [
    start(),
    { type: "notice", code: "page_unreachable", url: "https://gone.example.org/" },
    end(),
  ];
  const run = after(numbered(events)).runs[RUN]!;
  assert.deepEqual(run.unread, [{ code: "page_unreachable", url: "https://gone.example.org/" }]);
});

type Answer = Card | Error;

/** Services whose server answers uploads as told, in their order; what was deleted is listed. */
function serveUploads(...answers: Answer[]): { deleted: string[] } {
  const deleted: string[] = [];
  const store = memoryStore();
  const api = {
    ...createApi({ initData: "" }),
    uploadFile: async () => {
      const next = answers.shift()!;
      if (next instanceof Error) throw next;
      return next;
    },
    deleteFile: async (id: string) => void deleted.push(id),
  };
  let count = 0;
  setServices({
    api,
    store,
    drafts: new Drafts(store, "1"),
    owner: "1",
    botMayWrite: true,
    telegramLanguage: "",
    newId: () => `key${count++}`,
    now: () => new Date(),
  });
  uploads.value = [];
  return { deleted };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const file = (name: string): File => new File(["x"], name);

test("files are on their way until the server has them; a refusal stays with its file", async () => {
  const refusal = new ApiError("file_damaged", 422, "Damaged", "Save it anew.");
  serveUploads(card("one"), refusal);
  addFiles([file("one.jpg"), file("two.jpg")]);
  assert.equal(uploading.value, true);
  await settled();
  assert.equal(uploading.value, false);
  assert.deepEqual(
    uploads.value.map((one) => one.card),
    [card("one"), undefined],
  );
  assert.deepEqual(
    uploads.value.map(({ failure }) => failure?.code),
    [undefined, "file_damaged"],
  );
});

test("a file taken away is taken from the server, one that was sent is not", async () => {
  const { deleted } = serveUploads(card("one"), card("two"));
  addFiles([file("one.jpg"), file("two.jpg")]);
  await settled();
  removeFile(uploads.value[0]!.key);
  await settled();
  assert.deepEqual(deleted, ["one"]);
  uploads.value = [];
  await settled();
  assert.deepEqual(deleted, ["one"]);
});
