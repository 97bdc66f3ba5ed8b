// The HTTP API's types under the client's names. Optimistic entries lack the fields that only the
// server sets.

import type {
  ConversationShown,
  FeedbackGiven,
  MessageSent,
  MessageShown,
  ReportSent,
} from "./schema.ts";

export type {
  AccessLogShown as AccessLog,
  AccessShown as Access,
  Broadcast,
  BroadcastsShown,
  Card,
  CheckoutShown as Checkout,
  CheckShown as Check,
  Citation as StreamCitation,
  ClaimShown as Claim,
  ComingChargeShown as ComingCharge,
  Confirmation,
  ConsentShown as Consent,
  ConsentsShown as Consents,
  ConsoleShown,
  ConversationChange,
  ConversationRead,
  CustomerShown as Customer,
  ErasureShown as Erasure,
  ExportLinkShown as ExportLink,
  FeedbackShown as Feedback,
  Figures,
  GrantedLook,
  ImportShown as Imported,
  InboxDayShown as InboxDay,
  InboxPatch,
  InboxShown as Inbox,
  LooksShown,
  Me,
  ModelShown as Model,
  ModelSwitch,
  ModelsShown as Models,
  ModerationQueue,
  MonthBooks,
  NoticeShown as Notice,
  NoticesShown as Notices,
  OrderShown as Order,
  PaymentShown as Payment,
  PaymentsShown as Payments,
  PersonaShown as Persona,
  PersonasShown as Personas,
  PersonCard,
  PersonTold,
  PictureLinkShown as PictureLink,
  PlanShown as Plan,
  PlansShown as Plans,
  PreparedShown as Prepared,
  QuotaShown as Quota,
  ReceiptShown as Receipt,
  ReceiptsShown as Receipts,
  RefusalTold as Refusal,
  ReportSent,
  RequestShown,
  RequestsShown,
  RulesShown as InboxRules,
  SchedulePatch,
  ScheduleShown as Schedule,
  SchedulesShown as Schedules,
  ScheduleWanted,
  SessionItem as OpenSession,
  SessionShown as Session,
  Sessions,
  SettingsPatch,
  SettingsShown as Settings,
  SharePart,
  SharePreview,
  ShareShown as Share,
  SharesShown as Shares,
  ShareWanted,
  SpeechShown as Speech,
  StatementShown,
  SubscriptionShown as Subscription,
  SuggestionsShown as Suggestions,
  SwitchesShown,
  SystemShown,
  UsageSum,
  UsageSums as Usage,
  UserShown as User,
  WaitingAppeal,
  WaitingReport,
  WaitingShown,
} from "./schema.ts";

type Early<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

export type Conversation = Early<
  ConversationShown,
  "leafId" | "serverOnly" | "expiresAt" | "folder" | "preview"
>;
export type Message = Early<
  MessageShown,
  | "modelId"
  | "modelName"
  | "runId"
  | "errorCode"
  | "attachments"
  | "task"
  | "options"
  | "placeholders"
  | "searched"
  | "thinking"
>;
export type MessageState = MessageShown["state"];
/** The client always says where a message belongs. */
export type SendMessage = MessageSent & { parentId: string | null };

export interface ConversationPage {
  items: Conversation[];
  nextCursor: string | null;
  folders: string[];
}

export interface MessageTree {
  items: Message[];
  leafId: string | null;
}

export type Thumb = NonNullable<FeedbackGiven["thumb"]>;
export type Reason = ReportSent["reason"];
