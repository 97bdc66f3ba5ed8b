// The endpoints of the business inbox; those that change it return the new inbox.
import type { Api } from "./index.ts";
import type { Inbox, InboxPatch } from "./types.ts";

const AT = "/api/business";

export const businessApi = ({ json }: Pick<Api, "json">) => {
  const post = (path: string, body?: unknown) =>
    json<Inbox>(AT + path, { method: "POST", ...(body ? { body } : {}) });
  const remove = (path: string) => json<Inbox>(AT + path, { method: "DELETE" });
  return {
    inbox: () => json<Inbox>(AT),
    change: (body: InboxPatch) => json<Inbox>(AT, { method: "PATCH", body }),
    addFile: (file: File) => {
      const form = new FormData();
      form.append("file", file, file.name);
      return json<Inbox>(`${AT}/files`, { method: "POST", form });
    },
    removeFile: (id: string) => remove(`/files/${id}`),
    send: (id: string, text: string) => post(`/drafts/${id}/send`, { text }),
    skip: (id: string) => post(`/drafts/${id}/skip`),
    pause: (id: number, paused: boolean) => post(`/customers/${id}/pause`, { paused }),
    erase: (id: number) => remove(`/customers/${id}`),
  };
};
