// The endpoints behind the settings: consents, personas, usage, notices and one's own data.
import type { Api } from "./index.ts";
import type {
  AccessLog,
  Consent,
  Consents,
  Erasure,
  ExportLink,
  GrantedLook,
  Imported,
  LooksShown,
  Notices,
  Personas,
  PictureLink,
  Prepared,
  Schedule,
  SchedulePatch,
  Schedules,
  ScheduleWanted,
  Sessions,
  Share,
  SharePart,
  SharePreview,
  Shares,
  ShareWanted,
  Usage,
} from "./types.ts";

/** Enough for uploading fifty megabytes over a slow network, and reading them. */
const IMPORT_TIMEOUT = 600_000;

export const settingsApi = ({ json }: Pick<Api, "json">) => ({
  consents: () => json<Consents>("/api/consents"),
  agree: (provider: string) => json<Consent>(`/api/consents/${provider}`, { method: "PUT" }),
  revoke: (provider: string) => json<void>(`/api/consents/${provider}`, { method: "DELETE" }),

  personas: () => json<Personas>("/api/personas"),
  usage: () => json<Usage>("/api/usage", { query: { month: "true" } }),
  notices: () => json<Notices>("/api/notices"),
  wantNotice: (kind: string, wanted: boolean) =>
    json<Notices>("/api/notices", { method: "PATCH", body: { kind, wanted } }),

  schedules: () => json<Schedules>("/api/schedules"),
  makeSchedule: (body: ScheduleWanted) =>
    json<Schedule>("/api/schedules", { method: "POST", body }),
  changeSchedule: (id: string, body: SchedulePatch) =>
    json<Schedule>(`/api/schedules/${id}`, { method: "PATCH", body }),
  deleteSchedule: (id: string) => json<void>(`/api/schedules/${id}`, { method: "DELETE" }),

  /** A preview of what will be public. */
  previewShare: (id: string, body: SharePart) =>
    json<SharePreview>(`/api/conversations/${id}/shares/preview`, { method: "POST", body }),
  makeShare: (id: string, body: ShareWanted) =>
    json<Share>(`/api/conversations/${id}/shares`, { method: "POST", body }),
  prepareMessage: (id: string) =>
    json<Prepared>(`/api/messages/${id}/prepared`, { method: "POST" }),
  linkPicture: (id: string) => json<PictureLink>(`/api/files/${id}/link`, { method: "POST" }),
  shares: () => json<Shares>("/api/shares"),
  endShare: (id: string) => json<void>(`/api/shares/${id}`, { method: "DELETE" }),

  sessions: () => json<Sessions>("/api/sessions"),
  signOutEverywhere: () => json<void>("/api/sessions", { method: "DELETE" }),
  endSession: (id: string) => json<void>(`/api/sessions/${id}`, { method: "DELETE" }),
  /** A link to a copy of everything: it works once, for a quarter of an hour. */
  exportLink: () => json<ExportLink>("/api/export/links", { method: "POST" }),
  accessLog: () => json<AccessLog>("/api/access-log"),
  looks: () => json<LooksShown>("/api/looks"),
  grantLook: (id: string, conversationId: string, hours: number) =>
    json<GrantedLook>("/api/looks", { method: "POST", body: { id, conversationId, hours } }),
  revokeLook: (id: string) => json<void>(`/api/looks/${id}`, { method: "DELETE" }),
  /** Imports a copy; existing data is unchanged. */
  importCopy: (file: Blob) => {
    const form = new FormData();
    form.append("file", file, "copy.zip");
    return json<Imported>("/api/import", { method: "POST", form, timeout: IMPORT_TIMEOUT });
  },
  /** Requests the erasure; the bot asks for confirmation in the chat. */
  askErasure: () => json<Erasure>("/api/erasure", { method: "POST" }),
});
