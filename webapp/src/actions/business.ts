// What the business inbox's page asks the server.
import { businessApi } from "../api/business.ts";
import type { Inbox } from "../api/index.ts";
import { services } from "./services.ts";

export const business = () => businessApi(services().api);

/** Does something to the inbox, and shows what it is then; whether it was done. */
export type ChangeInbox = (ask: () => Promise<Inbox>) => Promise<boolean>;
