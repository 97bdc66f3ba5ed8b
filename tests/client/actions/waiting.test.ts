// A question that is sent before its files are there: shown at once, sent once they are.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { reduce } from "../../../webapp/src/state/reducer.ts";
import "../dom.ts";
import { addFiles } from "../../../webapp/src/actions/attachments.ts";
import {
  retryRequest,
  sendMessage,
  withdrawRequest,
} from "../../../webapp/src/actions/messages.ts";
import { setServices } from "../../../webapp/src/actions/services.ts";
import { toast } from "../../../webapp/src/actions/toast.ts";
import { ApiError, type Card, createApi, type SendMessage } from "../../../webapp/src/api/index.ts";
import { connect } from "../../../webapp/src/bridge/transport.ts";
import { uploads } from "../../../webapp/src/state/attachments.ts";
import { Drafts } from "../../../webapp/src/state/drafts.ts";
import { initialState, type Me } from "../../../webapp/src/state/model.ts";
import { closeAllScreens } from "../../../webapp/src/state/navigation.ts";
import { readOutbox } from "../../../webapp/src/state/outbox.ts";
import { pictureUrl } from "../../../webapp/src/state/pictures.ts";
import { memoryStore } from "../../../webapp/src/state/storage.ts";
import { currentPath, setReducer, state } from "../../../webapp/src/state/store.ts";
import { CHAT, end, numbered, start } from "../state/made.ts";

setReducer(reduce);

const store = memoryStore();
let sent: SendMessage[] = [];
let answers: Answer[] = [];
let refusal: ApiError | null = null;

interface Answer {
  resolve: (card: Card) => void;
  reject: (error: ApiError) => void;
}

const card = (id: string): Card => ({
  id,
  kind: "pdf",
  name: `${id}.pdf`,
  mediaType: "application/pdf",
  size: 9,
  truncated: false,
});
const file = (name: string, size = 1): File => new File(["x".repeat(size)], name);
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

function stream(): Response {
  const events = numbered([start(), end()]).map((told) => {
    const { seq, event } = told as unknown as { seq: number; event: object };
    return `id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`;
  });
  return new Response(events.join(""));
}

beforeEach(() => {
  sent = [];
  answers = [];
  refusal = null;
  uploads.value = [];
  toast.value = null;
  closeAllScreens();
  state.value = { ...initialState, currentId: CHAT };
  let count = 0;
  const api = {
    ...createApi({ initData: "" }),
    uploadFile: () =>
      new Promise<Card>((resolve, reject) => {
        answers.push({ resolve, reject });
      }),
    deleteFile: async () => undefined,
    sendMessage: async (_id: string, body: SendMessage) => {
      sent.push(body);
      if (refusal) throw refusal;
      return stream();
    },
  };
  setServices({
    api: api as unknown as ReturnType<typeof createApi>,
    store,
    drafts: new Drafts(store, "1"),
    owner: "1",
    botMayWrite: true,
    telegramLanguage: "",
    newId: () => `id${count++}`,
    now: () => new Date(),
  });
});

/** Sends what stands in the composer, as the composer does. */
function send(text: string): void {
  const files = uploads.value;
  uploads.value = [];
  sendMessage(text, undefined, undefined, files);
}

test("a question is shown at once, with its files, and is sent when the server has them", async () => {
  addFiles([file("one.pdf"), file("two.pdf")]);
  answers[0]!.resolve(card("one"));
  await settled();
  send("What do they say?");
  const question = currentPath.value.at(-1)!;
  assert.equal(question.text, "What do they say?");
  assert.equal(question.pending?.status, "queued");
  assert.deepEqual(
    question.attachments?.map(({ name, uploading }) => [name, uploading ?? false]),
    [
      ["one.pdf", false],
      ["two.pdf", true],
    ],
  );
  await settled();
  assert.deepEqual(sent, []);
  assert.deepEqual(readOutbox(store, "1"), []);
  answers[1]!.resolve(card("two"));
  await settled();
  assert.deepEqual(
    sent.map(({ files }) => files),
    [["one", "two"]],
  );
  assert.equal(answers.length, 2);
});

test("a file that is refused stops its question, with the reason; nothing is sent without it", async () => {
  addFiles([file("one.pdf")]);
  send("What does it say?");
  answers[0]!.reject(new ApiError("file_damaged", 422, "Damaged", "Save it anew."));
  await settled();
  const question = currentPath.value.at(-1)!;
  assert.equal(question.pending?.status, "failed");
  assert.equal(question.failure?.code, "file_damaged");
  assert.deepEqual(sent, []);
  assert.equal(withdrawRequest(question), "What does it say?");
  assert.deepEqual(
    uploads.value.map(({ file: { name } }) => name),
    ["one.pdf"],
  );
});

test("trying again uploads what failed, and not what is there", async () => {
  addFiles([file("one.pdf"), file("two.pdf")]);
  send("What do they say?");
  answers[0]!.resolve(card("one"));
  answers[1]!.reject(new ApiError("unavailable", 503, "Busy", "A little later."));
  await settled();
  retryRequest(currentPath.value.at(-1)!);
  await settled();
  assert.equal(answers.length, 3);
  answers[2]!.resolve(card("two"));
  await settled();
  assert.deepEqual(
    sent.map(({ files }) => files),
    [["one", "two"]],
  );
});

test("a question that is taken back leaves its files in the composer, on their way", async () => {
  addFiles([file("one.pdf")]);
  send("What does it say?");
  await settled();
  assert.equal(withdrawRequest(currentPath.value.at(-1)!), "What does it say?");
  assert.equal(uploads.value.length, 1);
  answers[0]!.resolve(card("one"));
  await settled();
  assert.deepEqual(
    uploads.value.map((upload) => upload.card?.id),
    ["one"],
  );
  assert.deepEqual(sent, []);
  assert.equal(answers.length, 1);
});

test("what the plan does not take is said before anything is uploaded", () => {
  const plan = { filesAMessage: 2, fileMegabytes: 1 } as Me["plan"];
  state.value = { ...state.value, me: { plan } as Me };
  addFiles([file("large.pdf", 1_000_001)]);
  assert.equal(uploads.value[0]!.failure?.code, "file_too_large");
  addFiles([file("one.pdf"), file("two.pdf")]);
  assert.equal(uploads.value.length, 2);
  assert.ok(toast.value);
  assert.equal(answers.length, 1);
});

test("a picture on its way is shown from this device, and stays when the server has it", async () => {
  addFiles([new File(["x"], "cat.png", { type: "image/png" })]);
  sendMessage("What is this?", undefined, undefined, uploads.value);
  const shown = (): string => currentPath.value[0]?.attachments?.[0]?.id ?? "";
  assert.match(pictureUrl(shown()) ?? "", /^blob:/);
  answers[0]?.resolve({ ...card("cat"), kind: "image" });
  await settled();
  assert.match(pictureUrl("cat") ?? "", /^blob:/);
});

test("a question about consent is no error under the finger", async () => {
  const felt: string[] = [];
  const postEvent = (type: string, data: string): void => {
    if (type === "web_app_trigger_haptic_feedback") felt.push(data);
  };
  Object.assign(window, { TelegramWebviewProxy: { postEvent } });
  connect("9.6");
  refusal = new ApiError("consent_needed", 403, "", "", undefined, { provider: "example" });
  sendMessage("Hello");
  await settled();
  assert.equal(currentPath.value[0]?.failure?.code, "consent_needed");
  assert.equal(felt.length, 1);
  assert.match(felt[0] ?? "", /light/);
});
