// The server's endpoints as typed functions. Each rejects with `ApiError`, or with the abort
// of the caller's own signal.

import { Client, type ClientOptions } from "./client.ts";
import type {
  Card, Checkout, Consent, Consents, Conversation, ConversationChange, ConversationPage, Me, MessageTree, Models,
  NewConversation, Notices, Order, Plans, SendMessage, SettingsPatch, Subscription,
} from "./types.ts";

export { ApiError, errorOf } from "./errors.ts";
export type { LocalCode } from "./errors.ts";
export type { ClientOptions } from "./client.ts";
export type * from "./types.ts";
export type { EndEvent, Numbered, StartEvent, StreamEvent } from "../stream/events.ts";
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
    closeSession: () => client.closeSession(),

    me: (signal?: AbortSignal) => json<Me>("/api/me", { signal }),
    saveSettings: (settings: SettingsPatch) =>
      json<Me>("/api/me", { method: "PATCH", body: { settings } }),
    models: (signal?: AbortSignal) => json<Models>("/api/models", { signal }),

    conversations: (
      query: { cursor?: string | null; limit?: number; q?: string } = {},
      signal?: AbortSignal,
    ) => json<ConversationPage>("/api/conversations", { query, signal }),
    createConversation: (body: NewConversation) =>
      json<Conversation>("/api/conversations", { method: "POST", body }),
    conversation: (id: string, signal?: AbortSignal) =>
      json<Conversation>(`/api/conversations/${id}`, { signal }),
    changeConversation: (id: string, body: ConversationChange) =>
      json<Conversation>(`/api/conversations/${id}`, { method: "PATCH", body }),
    deleteConversation: (id: string) =>
      json<void>(`/api/conversations/${id}`, { method: "DELETE" }),
    messages: (conversationId: string, signal?: AbortSignal) =>
      json<MessageTree>(`/api/conversations/${conversationId}/messages`, { signal }),

    /** The response is the run's event stream; so are the next three. Read them with `readRun`. */
    sendMessage: (conversationId: string, body: SendMessage, signal?: AbortSignal) =>
      stream(`/api/conversations/${conversationId}/messages`, { method: "POST", body, signal }),
    regenerate: (
      messageId: string,
      body: { id: string; modelId?: string },
      signal?: AbortSignal,
    ) => stream(`/api/messages/${messageId}/regenerate`, { method: "POST", body, signal }),
    continueMessage: (messageId: string, body: { id: string }, signal?: AbortSignal) =>
      stream(`/api/messages/${messageId}/continue`, { method: "POST", body, signal }),
    runEvents: (runId: string, after: number, signal?: AbortSignal) =>
      stream(`/api/runs/${runId}/events`, { headers: { "Last-Event-ID": String(after) }, signal }),
    stopRun: (runId: string) => json<void>(`/api/runs/${runId}/stop`, { method: "POST" }),

    /** Hands over a file; what comes back can be named in `SendMessage.files`. */
    uploadFile: (file: Blob, name: string, signal?: AbortSignal) => {
      const form = new FormData();
      form.append("file", file, name);
      return json<Card>("/api/files", { method: "POST", form, signal, timeout: UPLOAD_TIMEOUT });
    },
    /** A file's content; an `<img>` cannot send the session along. */
    file: async (id: string, signal?: AbortSignal): Promise<Blob> =>
      (await stream(`/api/files/${id}`, { signal })).blob(),
    deleteFile: (id: string) => json<void>(`/api/files/${id}`, { method: "DELETE" }),

    consents: (signal?: AbortSignal) => json<Consents>("/api/consents", { signal }),
    agree: (provider: string) => json<Consent>(`/api/consents/${provider}`, { method: "PUT" }),
    revoke: (provider: string) => json<void>(`/api/consents/${provider}`, { method: "DELETE" }),

    plans: (signal?: AbortSignal) => json<Plans>("/api/plans", { signal }),
    checkout: (planId: string) =>
      json<Checkout>("/api/subscriptions/checkout", { method: "POST", body: { planId } }),
    order: (id: string, signal?: AbortSignal) => json<Order>(`/api/orders/${id}`, { signal }),
    subscription: (signal?: AbortSignal) => json<Subscription>("/api/subscription", { signal }),
    startTrial: () => json<Subscription>("/api/subscription/trial", { method: "POST" }),
    cancelSubscription: () => json<Subscription>("/api/subscription/cancel", { method: "POST" }),
    resumeSubscription: () => json<Subscription>("/api/subscription/resume", { method: "POST" }),
    notices: (signal?: AbortSignal) => json<Notices>("/api/notices", { signal }),
    wantNotice: (kind: string, wanted: boolean) =>
      json<Notices>("/api/notices", { method: "PATCH", body: { kind, wanted } }),
    redeemGift: (code: string) =>
      json<Subscription>("/api/gifts/redeem", { method: "POST", body: { code } }),
  };
}
