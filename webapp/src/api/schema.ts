// The shapes of the HTTP API, made by webapp/generate_types.py out of the server's OpenAPI
// document. Not to be edited: run `tanya openapi | python webapp/generate_types.py`.

export interface Card {
  id: string;
  kind: "image" | "pdf" | "document" | "text" | "audio" | "page";
  name: string;
  mediaType: string;
  size: number;
  url?: string;
  width?: number;
  height?: number;
  pages?: number;
  truncated?: boolean;
}

export interface CheckoutShown {
  orderId: string;
  invoiceLink: string;
}

export interface CheckoutWanted {
  planId: string;
}

export interface CitationShown {
  url: string;
  title: string;
  start: number | null;
  end: number | null;
}

export interface ContinueWanted {
  /** A UUIDv7 of the client's: the idempotency key. The same request again joins the same run. */
  id: string;
}

export interface ConversationChange {
  title?: string;
  pinned?: boolean;
  leafId?: string;
}

export interface ConversationPage {
  items: ConversationShown[];
  nextCursor: string | null;
}

export interface ConversationShown {
  id: string;
  title: string | null;
  pinned: boolean;
  leafId: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface GiftCode {
  code: string;
}

export interface Me {
  user: UserId;
  language: string;
  plan: PlanOn;
  quota: QuotaShown;
  settings: SettingsShown;
}

export interface MePatch {
  settings: SettingsPatch;
}

export interface MessageSent {
  /** A UUIDv7 of the client's: the idempotency key. The same request again joins the same run. */
  id: string;
  text: string;
  parentId?: string | null;
  /** A model from GET /api/models */
  modelId?: string | null;
  /** What the answer is for: ask, write, translate, summarise, explain, rewrite_shorter, rewrite_friendlier, rewrite_formal, reply_suggestions, image */
  task?: string | null;
  /** The task's own, such as a translation's `target` */
  options?: Record<string, string>;
  /** Let the model search the web and X */
  search?: boolean;
  create?: boolean;
  /** The person's files, from POST /api/files */
  files?: (string | unknown)[];
}

export interface MessageShown {
  id: string;
  parentId: string | null;
  role: "user" | "assistant";
  text: string;
  state: "complete" | "running" | "stopped" | "interrupted" | "limited" | "failed";
  modelId: string | null;
  modelName: string | null;
  runId: string | null;
  errorCode: string | null;
  citations: CitationShown[];
  createdAt: string;
  attachments: Card[];
  task: string | null;
  options: Record<string, string>;
  searched: boolean;
}

export interface Messages {
  items: MessageShown[];
  leafId: string | null;
}

export interface ModelShown {
  id: string;
  name: string;
  provider: string;
  capabilities: string[];
  priceClass: string;
  contextTokens: number;
  allowed: boolean;
  small: boolean;
  simulated: boolean;
  note: string | null;
  policy: PolicyShown;
}

export interface ModelsShown {
  items: ModelShown[];
  defaultId: string;
}

export interface NewConversation {
  id?: string | null;
  title?: string | null;
}

export interface NoticeChange {
  kind: string;
  wanted: boolean;
}

export interface NoticeShown {
  kind: string;
  name: string;
  wanted: boolean;
}

export interface NoticesShown {
  items: NoticeShown[];
}

export interface OrderShown {
  id: string;
  planId: string;
  state: "open" | "paid" | "refunded";
  stars: number;
  createdAt: string;
}

export interface PlanOn {
  id: string;
  name: string;
  renewsAt: string | null;
  renewal: "on" | "off" | "failed" | null;
  searches: boolean;
}

export interface PlanShown {
  id: string;
  kind: "free" | "subscription" | "trial" | "gift" | "pack";
  name: string;
  stars: number;
  seconds: number;
  credits: number;
  features: string[];
}

export interface PlansShown {
  items: PlanShown[];
}

export interface PolicyShown {
  region: string | null;
  retentionDays: number | null;
  trains: boolean | null;
}

export interface QuotaShown {
  limit: number;
  used: number;
  remaining: number;
  credits: number;
  renewsAt: string;
}

export interface RegenerateWanted {
  /** A UUIDv7 of the client's: the idempotency key. The same request again joins the same run. */
  id: string;
  /** A model from GET /api/models */
  modelId?: string | null;
}

export interface SessionRequest {
  /** Telegram's signed init data, exactly as it stands in the launch fragment. */
  initData: string;
}

export interface SessionShown {
  token: string;
  expiresAt: string;
  user: UserShown;
  startParam: string | null;
}

export interface SettingsPatch {
  handOff?: boolean;
  modelId?: string | null;
  customInstructions?: string | null;
}

export interface SettingsShown {
  handOff: boolean;
  modelId: string | null;
  customInstructions: string | null;
}

export interface SubscriptionShown {
  planId: string;
  state: "none" | "active" | "canceled" | "failed" | "given";
  stars: number;
  renewsAt: string | null;
  until: string | null;
  trialLeft: boolean;
}

export interface UserId {
  id: number;
}

export interface UserShown {
  id: number;
  firstName: string;
  lastName: string | null;
  username: string | null;
  languageCode: string;
  isPremium: boolean;
  photoUrl: string | null;
}
