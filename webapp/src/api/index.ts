// The server's endpoints as typed functions; those of later screens are in
// billing.ts and settings.ts.
// Each rejects with `ApiError`, or with the abort of the caller's own signal.

import { type Call, Client, type ClientOptions } from "./client.ts";
import type {
  Card,
  Conversation,
  ConversationChange,
  ConversationPage,
  Me,
  MessageTree,
  Models,
  SendMessage,
  SettingsPatch,
  Suggestions,
} from "./types.ts";

export type { ClientOptions } from "./client.ts";
export type { LocalCode } from "./errors.ts";
export { ApiError, errorOf } from "./errors.ts";
export type * from "./types.ts";
export { uuid7 } from "./uuid7.ts";

/** Twenty megabytes over a slow network. */
const UPLOAD_TIMEOUT = 180_000;

export type Api = ReturnType<typeof createApi>;

/** The API for one person's launch. A session is opened by the first call, or by `openSession`. */
export function createApi(options: ClientOptions) {
  const client = new Client(options);
  const json = client.json.bind(client);
  const stream = client.stream.bind(client);
  return {
    openSession: () => client.openSession(),
    /** For the endpoints of billing.ts, receipts.ts and settings.ts. */
    json,
    stream,

    me: (signal?: AbortSignal) => json<Me>("/api/me", { signal }),
    saveSettings: (settings: SettingsPatch, telegramLanguage?: string) =>
      json<Me>("/api/me", { method: "PATCH", body: { settings, telegramLanguage } }),
    models: (signal?: AbortSignal) => json<Models>("/api/models", { signal }),

    conversations: (
      query: { cursor?: string | null; limit?: number; q?: string; folder?: string } = {},
      signal?: AbortSignal,
    ) => json<ConversationPage>("/api/conversations", { query, signal }),
    conversation: (id: string, signal?: AbortSignal) =>
      json<Conversation>(`/api/conversations/${id}`, { signal }),
    changeConversation: (id: string, body: ConversationChange) =>
      json<Conversation>(`/api/conversations/${id}`, { method: "PATCH", body }),
    deleteConversation: (id: string) =>
      json<void>(`/api/conversations/${id}`, { method: "DELETE" }),
    /** Restore what was deleted in the last ten seconds. */
    restoreConversation: (id: string) =>
      json<Conversation>(`/api/conversations/${id}/restore`, { method: "POST" }),
    continueShare: (token: string) =>
      json<Conversation>("/api/shares/continue", { method: "POST", body: { token } }),
    deleteMessage: (id: string) => json<void>(`/api/messages/${id}`, { method: "DELETE" }),
    restoreMessage: (id: string) => json<void>(`/api/messages/${id}/restore`, { method: "POST" }),
    messages: (conversationId: string, signal?: AbortSignal) =>
      json<MessageTree>(`/api/conversations/${conversationId}/messages`, { signal }),

    /** Returns the run's event stream, as do the next three. Read them with `readRun`. */
    sendMessage: (conversationId: string, body: SendMessage, signal?: AbortSignal) =>
      stream(`/api/conversations/${conversationId}/messages`, { method: "POST", body, signal }),
    regenerate: (messageId: string, body: { id: string; modelId?: string }, signal?: AbortSignal) =>
      stream(`/api/messages/${messageId}/regenerate`, { method: "POST", body, signal }),
    continueMessage: (messageId: string, body: { id: string }, signal?: AbortSignal) =>
      stream(`/api/messages/${messageId}/continue`, { method: "POST", body, signal }),
    runEvents: (runId: string, after: number, signal?: AbortSignal) =>
      stream(`/api/runs/${runId}/events`, { headers: { "Last-Event-ID": String(after) }, signal }),
    /** The events of all conversations; read them with `readPersonEvents`. */
    events: (signal?: AbortSignal) => stream("/api/events", { signal }),
    /** A model writes them, which may take longer than other requests. */
    suggestions: (messageId: string) =>
      json<Suggestions>(`/api/messages/${messageId}/suggestions`, { timeout: 30_000 }),
    stopRun: (runId: string) => json<void>(`/api/runs/${runId}/stop`, { method: "POST" }),

    /** Uploads a file; its id can be used in `SendMessage.files`. */
    uploadFile: (
      file: Blob,
      name: string,
      serverOnly = false,
      more: Pick<Call, "signal" | "fetch"> = {},
    ) => {
      const form = new FormData();
      form.append("file", file, name);
      const query = serverOnly ? { serverOnly: "true" } : {};
      const timeout = UPLOAD_TIMEOUT;
      return json<Card>("/api/files", { method: "POST", query, form, timeout, ...more });
    },
    /** A file's content; an `<img>` cannot send the session along. */
    file: async (id: string, signal?: AbortSignal): Promise<Blob> =>
      (await stream(`/api/files/${id}`, { signal })).blob(),
    deleteFile: (id: string) => json<void>(`/api/files/${id}`, { method: "DELETE" }),
  };
}
