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

export interface ConsentShown {
  provider: string;
  name: string;
  policy: PolicyShown;
  agreedAt: string | null;
}

export interface ConsentsShown {
  items: ConsentShown[];
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
  files?: string[];
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
  images: boolean;
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

export interface PersonaShown {
  id: string;
  name: string;
  description: string;
}

export interface PersonasShown {
  items: PersonaShown[];
}

export interface PlanOn {
  id: string;
  name: string;
  renewsAt: string | null;
  renewal: "on" | "off" | "failed" | null;
  searches: boolean;
  images: boolean;
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

export interface Problem {
  /** `/problems/<code>` */
  type: string;
  title: string;
  status: number;
  detail: string;
  code: "agreements_invalid" | "already_subscribed" | "answer_not_continuable" | "answer_too_long" | "answer_truncated" | "bad_input" | "body_too_large" | "catalog_invalid" | "charge_already_refunded" | "conflict" | "consent_needed" | "conversation_exists" | "conversation_not_found" | "courier_gone" | "courier_retry" | "cursor_invalid" | "database_unready" | "emulator_refused" | "file_bomb" | "file_damaged" | "file_empty" | "file_encrypted" | "file_in_use" | "file_mismatch" | "file_not_found" | "file_polyglot" | "file_refused" | "file_storage_full" | "file_too_complex" | "file_too_large" | "file_unsupported" | "forbidden" | "gift_not_found" | "gift_used" | "idempotency_conflict" | "images_not_available" | "images_not_in_plan" | "init_data_date_malformed" | "init_data_duplicate_field" | "init_data_expired" | "init_data_forged" | "init_data_from_future" | "init_data_hash_invalid" | "init_data_hash_missing" | "init_data_malformed" | "init_data_missing" | "init_data_refused" | "init_data_signature_invalid" | "init_data_signature_missing" | "init_data_too_long" | "init_data_user_malformed" | "init_data_user_missing" | "internal_error" | "invalid_field" | "local_model_failed" | "malformed_body" | "message_exists" | "message_not_found" | "message_too_long" | "method_not_allowed" | "model_cannot_read" | "model_cannot_search" | "model_cannot_see" | "model_not_in_plan" | "model_price_unknown" | "model_unknown" | "movement_unbalanced" | "no_model_fits" | "not_found" | "not_signed_in" | "operator_cap_reached" | "order_not_found" | "page_forbidden" | "page_not_read" | "page_timed_out" | "page_too_large" | "page_unreachable" | "page_unsupported" | "partner_not_found" | "payment_not_found" | "payment_required" | "period_closed" | "period_not_over" | "persona_unknown" | "plan_not_found" | "port_busy" | "prompt_too_long" | "provider_exhausted" | "provider_failed" | "provider_garbled" | "provider_not_found" | "provider_overloaded" | "provider_rate_limited" | "provider_refused" | "provider_rejected_key" | "provider_rejected_request" | "provider_timed_out" | "provider_unavailable" | "quota_exhausted" | "rate_limited" | "reservation_ended" | "run_interrupted" | "run_not_found" | "search_not_available" | "search_not_in_plan" | "server_busy" | "server_draining" | "session_expired" | "session_invalid" | "session_revoked" | "settings_invalid" | "spending_cap_reached" | "stars_refused" | "stars_unavailable" | "stop_not_delivered" | "storage_busy" | "storage_full" | "subscription_not_found" | "task_unknown" | "telegram_unreachable" | "text_unreadable" | "too_many_files" | "too_many_runs" | "trial_used" | "unavailable" | "unsupported_media_type" | "user_not_found" | "voice_not_available" | "voice_unclear";
  /** Names the request in logs */
  instance?: string;
  /** Seconds */
  retryAfter?: number;
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
  suggestions?: boolean;
  modelId?: string | null;
  customInstructions?: string | null;
  personaId?: string | null;
  spendingCapMicroDollars?: number | null;
}

export interface SettingsShown {
  handOff: boolean;
  suggestions: boolean;
  modelId: string | null;
  customInstructions: string | null;
  personaId: string;
  spendingCapMicroDollars: number | null;
}

export interface SpendingShown {
  spentMicroDollars: number;
  reservedMicroDollars: number;
  capMicroDollars: number | null;
  renewsAt: string;
}

export interface SubscriptionShown {
  planId: string;
  state: "none" | "active" | "canceled" | "failed" | "given";
  stars: number;
  renewsAt: string | null;
  until: string | null;
  trialLeft: boolean;
}

export interface SuggestionsShown {
  items: string[];
}

export interface UsageSum {
  key: string;
  answers: number;
  inputTokens: number;
  outputTokens: number;
  costMicroDollars: number;
  estimated: boolean;
}

export interface UsageSums {
  byDay: UsageSum[];
  byModel: UsageSum[];
  byConversation: UsageSum[];
  spending: SpendingShown;
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
