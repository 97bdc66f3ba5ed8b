// The endpoints that check the claims of a message or a text against sources.
import type { Api } from "./index.ts";
import type { Check } from "./types.ts";

/** A model lists the claims, which may take longer than other requests. */
const LIST_TIMEOUT = 90_000;

/** What is checked. */
export type Checkable = { messageId: string } | { text: string };

export const checksApi = ({ json, stream }: Pick<Api, "json" | "stream">) => ({
  list: (id: string, of: Checkable) =>
    json<Check>("/api/checks", { method: "POST", body: { id, ...of }, timeout: LIST_TIMEOUT }),
  get: (id: string) => json<Check>(`/api/checks/${id}`),
  ofMessage: (messageId: string) => json<{ items: Check[] }>(`/api/messages/${messageId}/checks`),
  stop: (id: string) => json<void>(`/api/checks/${id}/stop`, { method: "POST" }),
  /** The response is the check's event stream; so is the next one. Read them with `readRun`. */
  run: (id: string, claims: readonly number[], signal: AbortSignal) =>
    stream(`/api/checks/${id}/run`, { method: "POST", body: { claims }, signal }),
  events: (id: string, after: number, signal: AbortSignal) =>
    stream(`/api/checks/${id}/events`, { headers: { "Last-Event-ID": String(after) }, signal }),
});
