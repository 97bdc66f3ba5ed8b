// The endpoints behind the operator's console.
import type { Api } from "./index.ts";
import type {
  Broadcast,
  BroadcastsShown,
  Confirmation,
  ConsoleShown,
  ConversationRead,
  Figures,
  LooksShown,
  ModerationQueue,
  MonthBooks,
  PersonCard,
  PersonTold,
  RequestsShown,
  SwitchesShown,
  SystemShown,
  WaitingShown,
} from "./types.ts";

const post = (body: unknown) => ({ method: "POST", body }) as const;

export const consoleApi = ({ json }: Pick<Api, "json">) => ({
  console: () => json<ConsoleShown>("/api/console"),
  figures: (days: number) => json<Figures>("/api/console/figures", { query: { days } }),
  requests: () => json<RequestsShown>("/api/console/requests"),
  answer: (id: string, text: string) => json<void>(`/api/console/requests/${id}`, post({ text })),
  /** By a Telegram id, an @name or a link to a profile. */
  find: (person: string) => json<PersonCard>("/api/console/people/found", post({ person })),
  person: (id: number) => json<PersonCard>(`/api/console/people/${id}`),
  /** Requested here, and carried out once confirmed in the operator's chat with the bot. */
  ask: (id: number, act: "given" | "taken" | "ban", body: object) =>
    json<Confirmation>(`/api/console/people/${id}/${act}`, post(body)),
  limit: (id: number, messages: number | null) =>
    json<PersonCard>(`/api/console/people/${id}/limit`, post({ messages })),
  unban: (id: number) => json<PersonCard>(`/api/console/people/${id}/unban`, post({})),
  refund: (chargeId: string) =>
    json<Confirmation>("/api/console/refunds", post({ chargeId, confirmed: true })),
  confirmation: (id: string) => json<Confirmation>(`/api/console/confirmations/${id}`),
  broadcasts: () => json<BroadcastsShown>("/api/console/broadcasts"),
  write: (draft: { id: string; text: string; planId: string | null; language: string | null }) =>
    json<Broadcast>("/api/console/broadcasts", post(draft)),
  preview: (id: string) => json<void>(`/api/console/broadcasts/${id}/preview`, post({})),
  begin: (id: string) =>
    json<Confirmation>(`/api/console/broadcasts/${id}/begun`, post({ confirmed: true })),
  stop: (id: string) => json<Broadcast>(`/api/console/broadcasts/${id}/stopped`, post({})),
  looks: (person: number) => json<LooksShown>(`/api/console/people/${person}/looks`),
  read: (person: number, look: string) =>
    json<ConversationRead>(`/api/console/people/${person}/looks/${look}`),
  moderation: () => json<ModerationQueue>("/api/console/moderation"),
  decide: (id: string, overturned: boolean, answer: string) =>
    json<PersonTold>(`/api/console/appeals/${id}`, post({ overturned, answer })),
  close: (id: string, answer: string) =>
    json<PersonTold>(`/api/console/reports/${id}`, post({ answer })),
  waiting: () => json<WaitingShown>("/api/console/waiting"),
  system: () => json<SystemShown>("/api/console/system"),
  switches: () => json<SwitchesShown>("/api/console/switches"),
  statements: (month: string) => json<MonthBooks>(`/api/console/statements/${month}`),
  sendStatement: (month: string, partner: string) =>
    json<void>(`/api/console/statements/${month}/${partner}/sent`, post({})),
  closeMonth: (month: string) =>
    json<Confirmation>(`/api/console/statements/${month}/closed`, post({ confirmed: true })),
  payOut: (partner: string, stars: number, reference: string) =>
    json<Confirmation>(
      "/api/console/payouts",
      post({ partner, currency: "XTR", amount: stars, reference, confirmed: true }),
    ),
  turn: (name: string, on: boolean) =>
    json<ConsoleShown>("/api/console/switches", post({ name, on, confirmed: true })),
});
