// The endpoints that come with the rest of the views: money, consent, and what is suggested.
import type { Api } from "./index.ts";
import type {
  Checkout, Consent, Consents, Notices, Order, Personas, Plans, Subscription, Suggestions, Usage,
} from "./types.ts";

export const moreApi = ({ json }: Pick<Api, "json">) => ({
  consents: () => json<Consents>("/api/consents"),
  agree: (provider: string) => json<Consent>(`/api/consents/${provider}`, { method: "PUT" }),
  revoke: (provider: string) => json<void>(`/api/consents/${provider}`, { method: "DELETE" }),

  personas: () => json<Personas>("/api/personas"),
  usage: () => json<Usage>("/api/usage", { query: { month: "true" } }),
  /** A model writes them: that may take longer than other answers. */
  suggestions: (messageId: string) =>
    json<Suggestions>(`/api/messages/${messageId}/suggestions`, { timeout: 30_000 }),

  plans: () => json<Plans>("/api/plans"),
  checkout: (planId: string) =>
    json<Checkout>("/api/subscriptions/checkout", { method: "POST", body: { planId } }),
  order: (id: string) => json<Order>(`/api/orders/${id}`),
  subscription: () => json<Subscription>("/api/subscription"),
  startTrial: () => json<Subscription>("/api/subscription/trial", { method: "POST" }),
  cancelSubscription: () => json<Subscription>("/api/subscription/cancel", { method: "POST" }),
  resumeSubscription: () => json<Subscription>("/api/subscription/resume", { method: "POST" }),
  notices: () => json<Notices>("/api/notices"),
  wantNotice: (kind: string, wanted: boolean) =>
    json<Notices>("/api/notices", { method: "PATCH", body: { kind, wanted } }),
});
