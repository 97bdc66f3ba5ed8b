// Optimistic state until the server's first event: the message, and a placeholder for its answer.
// Both carry the idempotency key, so that a retry is the same turn.

import type { RequestEvent } from "./events.ts";
import type { ChatMessage, Message, QuestionOptions, State, Thread } from "./model.ts";
import { updateThread } from "./threads.ts";

export function reduceRequest(state: State, event: RequestEvent): State {
  return updateThread(state, event.conversationId, (thread) => {
    switch (event.type) {
      case "send.asked":
        return sendAsked(thread, event);
      case "regenerate.asked":
        return regenerateAsked(thread, event);
      case "continue.asked":
        return continueAsked(thread, event);
      case "request.retried":
        return marked(withPlaceholder(thread, event.requestId), event.requestId, "sending");
      case "request.queued":
        return marked(thread, event.requestId, "queued");
      case "request.uploaded":
        return uploaded(thread, event);
      case "request.failed":
        return failed(thread, event);
      case "request.dropped":
        return dropped(thread, event.requestId);
      case "run.lost":
        return updateMessage(thread, event.messageId, (message) => ({
          ...message,
          failure: event.failure,
        }));
      case "run.sought":
        return updateMessage(thread, event.messageId, ({ failure: _, ...message }) => message);
    }
  });
}

/** The id of the placeholder for the answer that a request asks for. */
export const placeholderId = (requestId: string): string => `pending:${requestId}`;

type Asked<T extends RequestEvent["type"]> = Extract<RequestEvent, { type: T }>;

function sendAsked(thread: Thread, event: Asked<"send.asked">): Thread {
  const status = event.queued ? "queued" : "sending";
  const question: ChatMessage = {
    ...blank(event.requestId, event.parentId, "user", event.at),
    text: event.text,
    state: "complete",
    pending: { requestId: event.requestId, status },
    ...asked(event.options),
  };
  const next = {
    ...thread,
    status: "ready" as const,
    messages: { ...thread.messages, [question.id]: question },
    leafId: question.id,
  };
  return event.queued ? next : withPlaceholder(next, event.requestId);
}

/** The question's options in the server's form. */
const asked = ({
  task,
  options = {},
  search,
  files,
}: QuestionOptions = {}): Partial<ChatMessage> => ({
  ...(task ? { task, options } : {}),
  ...(search ? { searched: true } : {}),
  ...(files?.length ? { attachments: [...files] } : {}),
});

/** Adds the answer's placeholder below the question of this request, if it has one. */
function withPlaceholder(thread: Thread, requestId: string): Thread {
  const question = thread.messages[requestId];
  if (question?.role !== "user") return thread;
  const id = placeholderId(requestId);
  const answer = pendingAnswer(id, question.id, question.createdAt, requestId);
  return { ...thread, messages: { ...thread.messages, [id]: answer }, leafId: id };
}

function regenerateAsked(thread: Thread, event: Asked<"regenerate.asked">): Thread {
  const old = thread.messages[event.messageId];
  if (!old) return thread;
  const id = placeholderId(event.requestId);
  const answer = pendingAnswer(id, old.parentId, event.at, event.requestId);
  return { ...thread, messages: { ...thread.messages, [id]: answer }, leafId: id };
}

/** A continuation is in the same message. */
function continueAsked(thread: Thread, event: Asked<"continue.asked">): Thread {
  return updateMessage(thread, event.messageId, ({ failure: _, ...message }) => ({
    ...message,
    pending: { requestId: event.requestId, status: "sending" },
  }));
}

function failed(thread: Thread, event: Asked<"request.failed">): Thread {
  const question = thread.messages[event.requestId];
  const next = question ? withoutMessage(thread, placeholderId(event.requestId)) : thread;
  return updatePending(next, event.requestId, (message) => ({
    ...message,
    failure: event.failure,
    pending: { requestId: event.requestId, status: "failed" },
  }));
}

function marked(thread: Thread, requestId: string, status: "sending" | "queued"): Thread {
  const waits = status === "queued" && requestId in thread.messages;
  const next = waits ? withoutMessage(thread, placeholderId(requestId)) : thread;
  return updatePending(next, requestId, ({ failure: _, ...message }) => ({
    ...message,
    pending: { requestId, status },
  }));
}

function uploaded(thread: Thread, { requestId, files }: Asked<"request.uploaded">): Thread {
  const next = updateMessage(thread, requestId, (question) => ({
    ...question,
    attachments: [...files],
  }));
  return marked(withPlaceholder(next, requestId), requestId, "sending");
}

/** Removes a request's own messages; a message being continued is restored. */
export function dropped(thread: Thread, requestId: string): Thread {
  const next = withoutMessage(withoutMessage(thread, placeholderId(requestId)), requestId);
  return updatePending(next, requestId, ({ pending: _, failure: __, ...message }) => message);
}

function withoutMessage(thread: Thread, id: string): Thread {
  const gone = thread.messages[id];
  if (!gone) return thread;
  const { [id]: _, ...messages } = thread.messages;
  return { ...thread, messages, leafId: thread.leafId === id ? gone.parentId : thread.leafId };
}

function updatePending(
  thread: Thread,
  requestId: string,
  change: (message: ChatMessage) => ChatMessage,
): Thread {
  const found = Object.values(thread.messages).filter(
    (message) => message.pending?.requestId === requestId,
  );
  return found.reduce((next, message) => updateMessage(next, message.id, change), thread);
}

/** A thread in which `change` is applied to one message. */
export function updateMessage(
  thread: Thread,
  id: string,
  change: (message: ChatMessage) => ChatMessage,
): Thread {
  const message = thread.messages[id];
  if (!message) return thread;
  return { ...thread, messages: { ...thread.messages, [id]: change(message) } };
}

function blank(
  id: string,
  parentId: string | null,
  role: Message["role"],
  createdAt: string,
): ChatMessage {
  return { id, parentId, role, text: "", state: "running", citations: [], createdAt, viewKey: id };
}

function pendingAnswer(
  id: string,
  parentId: string | null,
  at: string,
  requestId: string,
): ChatMessage {
  return { ...blank(id, parentId, "assistant", at), pending: { requestId, status: "sending" } };
}
