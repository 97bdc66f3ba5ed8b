// Requests of the business inbox's page.
import { businessApi } from "../api/business.ts";
import type { Inbox } from "../api/index.ts";
import { services } from "./services.ts";

export const business = () => businessApi(services().api);

/** Changes the inbox and shows the result; returns whether it succeeded. */
export type ChangeInbox = (ask: () => Promise<Inbox>) => Promise<boolean>;
