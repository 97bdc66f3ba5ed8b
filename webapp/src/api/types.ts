// The HTTP API's shapes under the names that the client uses for them. What stands on screen
// before the server knows of it lacks what only the server can tell.

import type { ConversationShown, MessageSent, MessageShown } from "./schema.ts";

export type {
  Card,
  CheckoutShown as Checkout,
  CitationShown as StreamCitation,
  ConsentShown as Consent,
  ConsentsShown as Consents,
  ConversationChange,
  Me,
  ModelShown as Model,
  ModelsShown as Models,
  NoticeShown as Notice,
  NoticesShown as Notices,
  OrderShown as Order,
  PersonaShown as Persona,
  PersonasShown as Personas,
  PlanShown as Plan,
  PlansShown as Plans,
  QuotaShown as Quota,
  SessionShown as Session,
  SettingsPatch,
  SettingsShown as Settings,
  SubscriptionShown as Subscription,
  SuggestionsShown as Suggestions,
  UsageSum,
  UsageSums as Usage,
  UserShown as User,
} from "./schema.ts";

type Early<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

export type Conversation = Early<ConversationShown, "leafId">;
export type Message = Early<
  MessageShown,
  | "modelId"
  | "modelName"
  | "runId"
  | "errorCode"
  | "attachments"
  | "task"
  | "options"
  | "searched"
>;
export type MessageState = MessageShown["state"];
/** The client always says where a message belongs. */
export type SendMessage = MessageSent & { parentId: string | null };

export interface ConversationPage {
  items: Conversation[];
  nextCursor: string | null;
}

export interface MessageTree {
  items: Message[];
  leafId: string | null;
}
