// Asking: a question, the same again, another variant, going on, and stopping.
import { haptic } from "../../bridge/index.ts";
import type { SendMessage } from "../../api/index.ts";
import { nextHow, type How } from "../asking.ts";
import { attempt } from "../failure.ts";
import type { ChatMessage } from "../model.ts";
import { open as show } from "../nav.ts";
import { forgetOutgoing, keepOutgoing, readOutbox, type Outgoing } from "../outbox.ts";
import { activeModel, busyMessage, currentId, currentPath, dispatch, pickedModelId, state } from "../store.ts";
import { tools } from "../tools.ts";
import { ask, follow, giveUp, type Opening } from "./follow.ts";
import { notice } from "./notice.ts";

// How to ask again, by request: a retry is the same request under the same key.
const openings = new Map<string, Opening>();

/** Sends a question in the open chat; after `parentId` if given, else after what is shown. */
export function send(text: string, parentId: string | null = lastKnown(), how: How = nextHow()): void {
  const { newId, now } = tools();
  const at = now().toISOString();
  const opened = currentId.value;
  const conversationId = opened ?? newId();
  if (!opened) begin(conversationId, at);
  const known = Object.values(state.value.threads[conversationId]?.messages ?? {});
  const create = known.every((message) => message.pending);
  const model = activeModel.value;
  const body: SendMessage = {
    id: newId(),
    parentId,
    text,
    ...(model ? { modelId: model.id } : {}),
    ...(create ? { create } : {}),
    ...(how.task ? { task: how.task, options: how.options ?? {} } : {}),
    ...(how.search ? { search: true } : {}),
    ...(how.files?.length ? { files: how.files.map(({ id }) => id) } : {}),
  };
  // Whoever makes pictures is no chat's model, and a default that is blind gives way to one that
  // sees: the server chooses.
  const shows = how.files?.some(({ kind }) => kind === "image") && !pickedModelId.value;
  const blind = shows && !model?.capabilities.includes("vision");
  if (how.task === "image" || blind) delete body.modelId;
  haptic("light");
  deliver({ conversationId, body, ...(how.files?.length ? { files: how.files } : {}) }, at);
}

function begin(id: string, at: string): void {
  const conversation = { id, title: null, pinned: false, createdAt: at, updatedAt: at };
  dispatch(
    { type: "conversation.made", conversation },
    { type: "conversation.opened", id },
  );
}

/** The last message on screen that the server knows. */
function lastKnown(): string | null {
  return currentPath.value.filter((message) => !message.pending).at(-1)?.id ?? null;
}

function deliver(item: Outgoing, at: string): void {
  const { conversationId, body } = item;
  const { parentId, text, id: requestId, task, options = {}, search = false } = body;
  const { api, store, owner } = tools();
  keepOutgoing(store, owner, item);
  openings.set(requestId, (signal) => api.sendMessage(conversationId, body, signal));
  const queued = !state.value.online;
  const how = { ...(task ? { task, options } : {}), search, files: item.files ?? [] };
  dispatch({ type: "send.asked", conversationId, requestId, parentId, text, at, queued, how });
  run(conversationId, requestId);
}

function run(conversationId: string, requestId: string): void {
  const open = openings.get(requestId);
  if (!open) return;
  const settle = (): void => {
    const { store, owner } = tools();
    forgetOutgoing(store, owner, requestId);
  };
  void ask({
    conversationId,
    requestId,
    open,
    onStart: () => {
      settle();
      openings.delete(requestId);
    },
    onFailure: ({ provider }) => {
      settle();
      keepAsDraft(conversationId, requestId);
      if (provider) show({ name: "consent", provider, requestId });
    },
  });
}

/** What was refused must not be lost if the app is closed now. */
function keepAsDraft(conversationId: string, requestId: string): void {
  const text = state.value.threads[conversationId]?.messages[requestId]?.text;
  const { drafts } = tools();
  if (text && !drafts.read(conversationId)) drafts.write(conversationId, text);
}

/** Sends what a closed app left behind. */
export function sendLeftovers(): void {
  const { store, owner, now } = tools();
  for (const item of readOutbox(store, owner)) {
    const at = now().toISOString();
    const { conversationId: id, body } = item;
    if (body.create) {
      const conversation = { id, title: null, pinned: false, createdAt: at, updatedAt: at };
      dispatch({ type: "conversation.made", conversation });
    }
    deliver(item, at);
  }
}

/** Tries again in place what failed. */
export function retry(message: ChatMessage): void {
  const conversationId = currentId.value;
  if (!conversationId) return;
  if (!message.pending) return seek(conversationId, message);
  const { requestId } = message.pending;
  const { drafts } = tools();
  if (drafts.read(conversationId) === message.text) drafts.write(conversationId, "");
  dispatch({ type: "request.retried", conversationId, requestId });
  run(conversationId, requestId);
}

/** The answer goes on elsewhere: look for it again. */
function seek(conversationId: string, message: ChatMessage): void {
  if (message.state !== "running" || !message.runId) return;
  dispatch({ type: "run.sought", conversationId, messageId: message.id });
  void follow(message.runId);
}

/** Takes a failed or waiting question away and returns its text, to be written anew. */
export function withdraw(message: ChatMessage): string {
  const conversationId = currentId.value;
  if (!conversationId || !message.pending) return "";
  const { requestId } = message.pending;
  const { store, owner } = tools();
  giveUp(requestId);
  forgetOutgoing(store, owner, requestId);
  openings.delete(requestId);
  dispatch({ type: "request.dropped", conversationId, requestId });
  return message.role === "user" ? message.text : "";
}

/** Another variant of an answer, by another model if one is named. */
export function regenerate(messageId: string, modelId?: string): void {
  const body = { id: tools().newId(), ...(modelId ? { modelId } : {}) };
  again("regenerate.asked", messageId, body.id, (signal) =>
    tools().api.regenerate(messageId, body, signal),
  );
}

/** Goes on with an answer that was cut off, in the same message. */
export function continueAnswer(messageId: string): void {
  const body = { id: tools().newId() };
  again("continue.asked", messageId, body.id, (signal) =>
    tools().api.continueMessage(messageId, body, signal),
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
  const at = tools().now().toISOString();
  dispatch({ type, conversationId, requestId, messageId, at });
  haptic("light");
  run(conversationId, requestId);
}

/** Stops the answer and keeps its text; a question still on its way comes back as text. */
export function stop(): string {
  const message = busyMessage.value;
  if (!message) return "";
  haptic("light");
  if (message.state === "running" && message.runId && !message.pending) {
    const { runId } = message;
    void attempt(() => tools().api.stopRun(runId), notice);
    return "";
  }
  const question = state.value.threads[currentId.value ?? ""]?.messages[message.parentId ?? ""];
  return withdraw(question?.pending ? question : message);
}
