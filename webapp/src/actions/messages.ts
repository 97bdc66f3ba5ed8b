// Sends and retries questions, requests other branches, continues and stops answers.

import type { SendMessage } from "../api/index.ts";
import { haptic } from "../bridge/index.ts";
import type { Upload } from "../state/attachments.ts";
import { isServerOnly, isTemporaryId, nextTemporary, temporaryId } from "../state/chat-mode.ts";
import { attempt } from "../state/failure.ts";
import type { ChatMessage, QuestionOptions, ShownFile } from "../state/model.ts";
import { openScreen } from "../state/navigation.ts";
import { addToOutbox, type Outgoing, readOutbox, removeFromOutbox } from "../state/outbox.ts";
import { nextOptions } from "../state/question-options.ts";
import {
  activeModel,
  busyMessage,
  currentId,
  currentPath,
  dispatch,
  pickedModelId,
  state,
} from "../state/store.ts";
import { finishUploads, returnFiles, shownFile } from "./attachments.ts";
import { chosenBranch } from "./conversation-changes.ts";
import { abandonRequest, followRun, type Opening, requestRun } from "./runs.ts";
import { services } from "./services.ts";
import { showToast } from "./toast.ts";
import { offerHandOff } from "./write-access.ts";

// How each request is sent, by its id: a retry is the same request under the same key.
const openings = new Map<string, Opening>();

// The uploads of each request, to be given back to the composer if it is withdrawn.
const filesOf = new Map<string, readonly Upload[]>();

/** Sends a question in the open chat: to its end or, where `branchAt` is given, as a branch after
 *  that message (null: a new beginning). It waits for those of `uploads` that are still on their
 *  way. */
export function sendMessage(
  text: string,
  branchAt?: string | null,
  options: QuestionOptions = nextOptions(),
  uploads: readonly Upload[] = [],
): void {
  const { newId, now } = services();
  const { task, search } = options;
  const files = uploads.length ? uploads.map(shownFile) : (options.files ?? []);
  const at = now().toISOString();
  const opened = currentId.value;
  const serverOnly = isServerOnly.value;
  const conversationId = opened ?? (nextTemporary.value ? temporaryId(newId()) : newId());
  if (!opened) begin(conversationId, at, serverOnly);
  const known = Object.values(state.value.threads[conversationId]?.messages ?? {});
  const create = known.every((message) => message.pending);
  const modelId = task === "image" ? undefined : modelFor(files);
  const body: SendMessage = {
    id: newId(),
    parentId: branchAt === undefined ? lastKnown() : branchAt,
    text,
    ...(branchAt === undefined ? {} : { branch: true }),
    ...(modelId ? { modelId } : {}),
    ...(create ? { create, ...(serverOnly ? { serverOnly } : {}) } : {}),
    ...(task ? { task, options: options.options ?? {} } : {}),
    ...(search ? { search: true } : {}),
    ...(files.length ? { files: files.map(({ id }) => id) } : {}),
  };
  haptic("light");
  if (uploads.length) filesOf.set(body.id, uploads);
  deliver({ conversationId, body, ...(files.length ? { files } : {}) }, at);
  offerHandOff();
}

/** The model to request. If none is named, the server chooses one: for pictures one that draws
 *  or, if the default accepts no pictures, one that does. */
function modelFor(files: readonly ShownFile[]): string | undefined {
  const model = activeModel.value;
  const shows = files.some(({ kind }) => kind === "image") && !pickedModelId.value;
  return shows && !model?.capabilities.includes("vision") ? undefined : model?.id;
}

function begin(id: string, at: string, serverOnly: boolean): void {
  const conversation = { id, title: null, pinned: false, createdAt: at, updatedAt: at, serverOnly };
  dispatch({ type: "conversation.made", conversation }, { type: "conversation.opened", id });
}

/** The last message on screen that the server knows. */
function lastKnown(): string | null {
  return currentPath.value.filter((message) => !message.pending).at(-1)?.id ?? null;
}

function deliver(item: Outgoing, at: string): void {
  const { conversationId, body, files = [] } = item;
  const { parentId, text, id: requestId, task, options = {}, search = false } = body;
  const { store, owner } = services();
  const uploads = files.some(({ uploading }) => uploading) ? filesOf.get(requestId) : undefined;
  // A later page may send what is in the outbox, but has no files to upload.
  // Nothing of a temporary chat is stored on the device.
  if (!uploads && !isTemporaryId(conversationId)) addToOutbox(store, owner, item);
  openings.set(requestId, uploads ? afterUploads(item, uploads) : opening(item));
  const queued = uploads !== undefined || !state.value.online;
  const asked = { ...(task ? { task, options } : {}), search, files };
  const about = { conversationId, requestId, parentId, text, at, queued, options: asked };
  dispatch({ type: "send.asked", ...about });
  void run(conversationId, requestId);
}

const opening =
  ({ conversationId, body }: Outgoing): Opening =>
  async (signal) => {
    await chosenBranch();
    return services().api.sendMessage(conversationId, body, signal);
  };

/** Sends the request once the server has its files. */
function afterUploads(item: Outgoing, uploads: readonly Upload[]): Opening {
  const { conversationId, body } = item;
  const requestId = body.id;
  return async (signal) => {
    const files = await finishUploads(uploads, signal);
    const { store, owner } = services();
    const whole = { ...item, files, body: { ...body, files: files.map(({ id }) => id) } };
    addToOutbox(store, owner, whole);
    openings.set(requestId, opening(whole));
    dispatch({ type: "request.uploaded", conversationId, requestId, files });
    return opening(whole)(signal);
  };
}

async function run(conversationId: string, requestId: string): Promise<void> {
  const open = openings.get(requestId);
  if (!open) return;
  const settle = (): void => {
    const { store, owner } = services();
    removeFromOutbox(store, owner, requestId);
  };
  await requestRun({
    conversationId,
    requestId,
    open,
    onStart: () => {
      settle();
      openings.delete(requestId);
      filesOf.delete(requestId);
    },
    onFailure: ({ provider }) => {
      settle();
      keepAsDraft(conversationId, requestId);
      if (provider) openScreen({ name: "consent", provider, requestId });
    },
  });
}

/** Sends all questions that waited for consent to a provider, one after the other. */
export async function retryAfterConsent(provider: string): Promise<void> {
  for (const [conversationId, message] of refusedFor(provider)) {
    if (message.pending) await retry(conversationId, message, message.pending.requestId);
  }
}

function refusedFor(provider: string): [string, ChatMessage][] {
  return Object.entries(state.value.threads)
    .flatMap(([id, { messages }]) =>
      Object.values(messages).map((message): [string, ChatMessage] => [id, message]),
    )
    .filter(
      ([, { pending, failure }]) => pending?.status === "failed" && failure?.provider === provider,
    )
    .sort(([, a], [, b]) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}

/** Stores a refused question, so that it is not lost if the app is closed now. */
function keepAsDraft(conversationId: string, requestId: string): void {
  const text = state.value.threads[conversationId]?.messages[requestId]?.text;
  const { drafts } = services();
  if (text && !isTemporaryId(conversationId) && !drafts.read(conversationId))
    drafts.write(conversationId, text);
}

/** Sends once what a closed app left unsent. */
export function sendOutbox(): void {
  const { store, owner, now } = services();
  for (const item of readOutbox(store, owner)) {
    if (openings.has(item.body.id)) continue;
    const at = now().toISOString();
    const { conversationId: id, body } = item;
    if (body.create) {
      const conversation = { id, title: null, pinned: false, createdAt: at, updatedAt: at };
      dispatch({ type: "conversation.made", conversation });
    }
    deliver(item, at);
  }
}

/** Retries in place what failed. */
export function retryRequest(message: ChatMessage): void {
  const conversationId = currentId.value;
  if (!conversationId) return;
  if (!message.pending) return seek(conversationId, message);
  void retry(conversationId, message, message.pending.requestId);
}

/** Resolves once the answer has ended. */
async function retry(
  conversationId: string,
  message: ChatMessage,
  requestId: string,
): Promise<void> {
  const { drafts } = services();
  if (drafts.read(conversationId) === message.text) drafts.write(conversationId, "");
  dispatch({ type: "request.retried", conversationId, requestId });
  await run(conversationId, requestId);
}

/** Follows an answer again that continues on the server. */
function seek(conversationId: string, message: ChatMessage): void {
  if (message.state !== "running" || !message.runId) return;
  dispatch({ type: "run.sought", conversationId, messageId: message.id });
  void followRun(message.runId);
}

/** Removes a failed or waiting question and returns its text for editing. */
export function withdrawRequest(message: ChatMessage): string {
  const conversationId = currentId.value;
  if (!conversationId || !message.pending) return "";
  const { requestId } = message.pending;
  const { store, owner } = services();
  abandonRequest(requestId);
  removeFromOutbox(store, owner, requestId);
  openings.delete(requestId);
  returnFiles(filesOf.get(requestId) ?? []);
  filesOf.delete(requestId);
  dispatch({ type: "request.dropped", conversationId, requestId });
  return message.role === "user" ? message.text : "";
}

/** Requests another branch of an answer, by another model if one is named. */
export function regenerateAnswer(messageId: string, modelId?: string): void {
  const body = { id: services().newId(), ...(modelId ? { modelId } : {}) };
  again("regenerate.asked", messageId, body.id, (signal) =>
    services().api.regenerate(messageId, body, signal),
  );
}

/** Continues an answer that was cut off, in the same message. */
export function continueAnswer(messageId: string): void {
  const body = { id: services().newId() };
  again("continue.asked", messageId, body.id, (signal) =>
    services().api.continueMessage(messageId, body, signal),
  );
}

function again(
  type: "regenerate.asked" | "continue.asked",
  messageId: string,
  requestId: string,
  open: Opening,
): void {
  const conversationId = currentId.value;
  if (!conversationId) return;
  openings.set(requestId, open);
  const at = services().now().toISOString();
  dispatch({ type, conversationId, requestId, messageId, at });
  haptic("light");
  void run(conversationId, requestId);
}

/** Stops the answer and keeps its text; the text of a question not yet sent is returned. */
export function stopAnswer(): string {
  const message = busyMessage.value;
  if (!message) return "";
  haptic("light");
  if (message.state === "running" && message.runId && !message.pending) {
    const { runId } = message;
    void attempt(() => services().api.stopRun(runId), showToast);
    return "";
  }
  const question = state.value.threads[currentId.value ?? ""]?.messages[message.parentId ?? ""];
  return withdrawRequest(question?.pending ? question : message);
}
