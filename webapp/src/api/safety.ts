// The endpoints of refusals and appeals, of feedback and reports.
import type { Api } from "./index.ts";
import type { Feedback, Refusal, ReportSent, Thumb } from "./types.ts";

export const safetyApi = ({ json }: Pick<Api, "json">) => ({
  refusal: (id: string) => json<Refusal>(`/api/refusals/${id}`),
  appeal: (id: string, words: string, asked = "") =>
    json<Refusal>(`/api/refusals/${id}/appeal`, { method: "POST", body: { words, asked } }),
  feedback: (messageId: string) => json<Feedback>(`/api/messages/${messageId}/feedback`),
  rate: (messageId: string, thumb: Thumb | null) =>
    json<Feedback>(`/api/messages/${messageId}/feedback`, { method: "PUT", body: { thumb } }),
  answerAge: (oldEnough: boolean) =>
    json<void>("/api/me/age", { method: "PUT", body: { oldEnough } }),
  report: (messageId: string, report: ReportSent) =>
    json<void>(`/api/messages/${messageId}/report`, { method: "POST", body: report }),
});
