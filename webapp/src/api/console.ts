// The endpoints behind the operator's console.
import type { Api } from "./index.ts";
import type { ConsoleShown, Figures, PersonCard, RequestsShown } from "./types.ts";

const post = (body: unknown) => ({ method: "POST", body }) as const;

export const consoleApi = ({ json }: Pick<Api, "json">) => ({
  console: () => json<ConsoleShown>("/api/console"),
  figures: (days: number) => json<Figures>("/api/console/figures", { query: { days } }),
  requests: () => json<RequestsShown>("/api/console/requests"),
  answer: (id: string, text: string) => json<void>(`/api/console/requests/${id}`, post({ text })),
  person: (id: string) => json<PersonCard>(`/api/console/people/${id}`),
  /** `act` is one of the acts on a person; it gives the card as it is afterwards. */
  act: (id: number, act: "given" | "taken" | "ban" | "limit", body: object) =>
    json<PersonCard>(`/api/console/people/${id}/${act}`, post(body)),
  refund: (chargeId: string) =>
    json<void>("/api/console/refunds", post({ chargeId, confirmed: true })),
  turn: (name: string, on: boolean) =>
    json<ConsoleShown>("/api/console/switches", post({ name, on, confirmed: true })),
});
