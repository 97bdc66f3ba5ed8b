// The shapes of the HTTP API, made by webapp/generate_types.py out of the server's OpenAPI
// document. Not to be edited: run `tanya openapi | python webapp/generate_types.py`.

export interface AccessLogShown {
  items: AccessShown[];
}

export interface AccessShown {
  at: string;
  action: string;
  actor: string;
  aboutEverybody: boolean;
  reason: string | null;
}

export interface AgeAnswer {
  oldEnough: boolean;
}

export interface Answered {
  text: string;
}

export interface AppealDecided {
  overturned: boolean;
  answer?: string;
}

export interface AppealSent {
  words?: string;
  asked?: string;
}

export interface AskedAt {
  minute: number;
  weekdays: number[];
  timeZone: string;
}

export interface AskedAtShown {
  minute: number;
  weekdays: number[];
  timeZone: string;
}

export interface AwayHours {
  start: number;
  end: number;
  timeZone: string;
}

export interface AwayShown {
  start: number;
  end: number;
  timeZone: string;
}

export interface Broadcast {
  id: string;
  text: string;
  planId: string | null;
  language: string | null;
  state: "draft" | "running" | "stopped" | "done";
  people: number;
  begun: number;
  sent: number;
  closed: number;
  failed: number;
  unsure: number;
  madeAt: string;
  endedAt: string | null;
}

export interface BroadcastBegun {
  confirmed: boolean;
}

export interface BroadcastWritten {
  id: string;
  text: string;
  planId?: string | null;
  language?: string | null;
}

export interface BroadcastsShown {
  items: Broadcast[];
}

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

export interface CheckPriceShown {
  messages: number;
  claimMicroDollars: number | null;
}

export interface CheckShown {
  id: string;
  messageId: string | null;
  text: string;
  state: "listed" | "running" | "complete" | "stopped" | "interrupted" | "failed";
  claims: ClaimShown[];
  model: string;
  simulated: boolean;
  price: CheckPriceShown;
  costMicroDollars: number;
  costEstimated: boolean;
  errorCode: string | null;
  createdAt: string;
}

export interface CheckWanted {
  /** A UUIDv7 of the client's: the idempotency key */
  id: string;
  messageId?: string | null;
  text?: string | null;
}

export interface CheckoutShown {
  orderId: string;
  invoiceLink: string;
}

export interface CheckoutWanted {
  planId: string;
}

export interface ChecksShown {
  items: CheckShown[];
}

export interface Citation {
  url: string;
  title: string;
  start: number | null;
  end: number | null;
}

export interface ClaimShown {
  text: string;
  kept: boolean;
  verdict: "agrees" | "conflicts" | "none" | null;
  quote: string;
  url: string;
  link: string;
  title: string;
}

export interface ClaimsKept {
  claims: number[];
}

export interface ClaimsShown {
  region: string | null;
  retentionDays: number | null;
  trains: boolean | null;
  source: string | null;
  readOn: string | null;
}

export interface ComingChargeShown {
  orderId: string;
  planId: string;
  stars: number;
  chargesAt: string;
  failed: boolean;
}

export interface Confirmation {
  id: string;
  state: "waiting" | "begun" | "done" | "declined" | "failed" | "expired";
  errorCode?: string | null;
}

export interface ConsentShown {
  provider: string;
  name: string;
  policy: PolicyShown;
  agreedAt: string | null;
  changed: boolean;
  sources: string[];
  readOn: string | null;
  stale: boolean;
}

export interface ConsentsShown {
  items: ConsentShown[];
}

export interface ConsoleShown {
  role: "owner" | "support" | "finance" | "reader";
  switched: string[];
}

export interface ContinueWanted {
  /** A UUIDv7 of the client's: the idempotency key. The same request again joins the same run. */
  id: string;
}

export interface ConversationChange {
  title?: string;
  pinned?: boolean;
  leafId?: string;
  serverOnly?: boolean;
  folder?: string | null;
}

export interface ConversationPage {
  items: ConversationShown[];
  nextCursor: string | null;
  folders: string[];
}

export interface ConversationRead {
  items: MessageRead[];
}

export interface ConversationShown {
  id: string;
  title: string | null;
  pinned: boolean;
  leafId: string | null;
  createdAt: string;
  updatedAt: string;
  serverOnly: boolean;
  expiresAt: string | null;
  folder: string | null;
  preview?: Preview | null;
}

export interface CustomerShown {
  id: number;
  name: string;
  state: "draft" | "paused" | "answered" | "waiting";
  last: string;
  heardAt: string | null;
  wrote: number;
  answered: number;
  draft: DraftShown | null;
}

export interface DayFigures {
  day: string;
  people: number;
  newPeople: number;
  answers: number;
  failed: number;
  costMicroDollars: number;
  stars: number;
  marginMicroDollars: number;
}

export interface DraftShown {
  id: string;
  text: string;
}

export interface ErasureShown {
  state: "none" | "asked" | "erasing" | "done";
  confirmUntil: string | null;
}

export interface ExportLinkShown {
  url: string;
  fileName: string;
  expiresAt: string;
  size: ExportSize;
}

export interface ExportSize {
  conversations: number;
  messages: number;
  files: number;
  fileBytes: number;
}

export interface FeatureSwitch {
  name: "checks" | "sharing" | "groups" | "inline" | "business" | "pictures" | "schedules" | "voice" | "suggestions";
  offered: boolean;
}

export interface FeedbackGiven {
  thumb: "up" | "down" | null;
}

export interface FeedbackShown {
  thumb: "up" | "down" | null;
}

export interface Figures {
  days: DayFigures[];
  models: ModelFigures[];
  plans: PlanFigures[];
  sales: SalesFigures[];
  funnel: Funnel;
  retention: RetentionFigures[];
}

export interface Funnel {
  came: number;
  asked: number;
  returned: number;
  paid: number;
}

export interface GiftCode {
  code: string;
}

export interface Given {
  id: string;
  planId?: string | null;
  days?: number;
  credits?: number | null;
  reason?: string;
}

export interface GrantedLook {
  id: string;
  conversationId: string;
  grantedAt: string;
  until: string;
}

export interface ImportShown {
  conversations: number;
  messages: number;
  files: number;
  filesLeftOut: number;
}

export interface InboxDayShown {
  day: string;
  received: number;
  drafted: number;
  sent: number;
  skipped: number;
  answered: number;
  costMicroDollars: number;
}

export interface InboxPatch {
  mode?: "off" | "draft" | "away" | "auto";
  wordsGo?: "providers" | "here";
  knowledge?: string;
  handover?: string[];
  away?: AwayHours;
}

export interface InboxShown {
  rules: RulesShown | null;
  files: KnownFile[];
  mostFiles: number;
  customers: CustomerShown[];
  days: InboxDayShown[];
}

export interface JobShown {
  name: string;
  ranAt: string;
}

export interface KnownFile {
  id: string;
  name: string;
  size: number;
  cut: boolean;
}

export interface Lifted {
  reason?: string;
}

export interface Limited {
  messages?: number | null;
  reason?: string;
}

export interface LimitsShown {
  dailyCapMicroDollars: number | null;
  maxRuns: number;
  queueLimit: number;
  minimumAge: number | null;
  plans: PlanLimit[];
}

export interface LookGranted {
  id: string;
  conversationId: string;
  hours?: number;
}

export interface LooksShown {
  items: GrantedLook[];
}

export interface Me {
  user: UserId;
  language: string;
  plan: PlanOn;
  quota: QuotaShown;
  settings: SettingsShown;
  operator: boolean;
}

export interface MePatch {
  settings: SettingsPatch;
  telegramLanguage?: string;
}

export interface MessageRead {
  role: string;
  text: string;
  createdAt: string;
}

export interface MessageSent {
  /** A UUIDv7 of the client's: the idempotency key. The same request again joins the same run. */
  id: string;
  text: string;
  parentId?: string | null;
  /** A model from GET /api/models */
  modelId?: string | null;
  /** What the answer is for: ask, explain, write, summarise, quiz, translate, rewrite_shorter, rewrite_friendlier, rewrite_formal, reply_suggestions, group_summary, group_verdict, business_reply, group_kind, image */
  task?: string | null;
  /** The task's own, such as a translation's `target` */
  options?: Record<string, string>;
  /** Let the model search the web and X */
  search?: boolean;
  create?: boolean;
  /** The new conversation goes to models of this server only */
  serverOnly?: boolean;
  /** The question is an edited one: it goes after `parentId` though the conversation has gone on. Else it goes to the conversation's end, whatever is said here; the first event tells where */
  branch?: boolean;
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
  citations: Citation[];
  createdAt: string;
  attachments: Card[];
  task: string | null;
  options: Record<string, string>;
  searched: boolean;
  thinking: ThinkingShown | null;
  placeholders?: Record<string, string>;
}

export interface Messages {
  items: MessageShown[];
  leafId: string | null;
}

export interface ModelFigures {
  modelId: string;
  people: number;
  answers: number;
  failed: number;
  inputTokens: number;
  outputTokens: number;
  costMicroDollars: number;
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
  fails: boolean;
  note: string | null;
  here: boolean;
  policy: PolicyShown;
}

export interface ModelSwitch {
  id: string;
  name: string;
  provider: string;
  offered: boolean;
  inputMicroDollars: number | null;
  outputMicroDollars: number | null;
}

export interface ModelUse {
  modelId: string;
  answers: number;
  inputTokens: number;
  outputTokens: number;
  costMicroDollars: number;
}

export interface ModelsShown {
  items: ModelShown[];
  defaultId: string;
  images: boolean;
  speech: boolean;
  features: ("checks" | "sharing" | "groups" | "inline" | "business" | "pictures" | "schedules" | "voice" | "suggestions")[];
}

export interface ModerationQueue {
  appeals: WaitingAppeal[];
  reports: WaitingReport[];
}

export interface MonthBooks {
  month: string;
  closedThrough: string;
  statements: StatementShown[];
}

export interface MonthClosed {
  confirmed: boolean;
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

export interface PaidOut {
  partner: string;
  currency: "XTR" | "USD/1e6";
  amount: number;
  reference: string;
  confirmed: boolean;
}

export interface PauseWanted {
  paused: boolean;
}

export interface PaymentOnCard {
  chargeId: string;
  paidAt: string;
  planId: string;
  stars: number;
  state: string;
  refundedAt: string | null;
  opensUntil: string | null;
  messagesLeft: number | null;
}

export interface PaymentShown {
  chargeId: string;
  paidAt: string;
  planId: string;
  name: string;
  stars: number;
  state: "paid" | "refunded" | "unmatched";
  refundedAt: string | null;
  opensUntil: string | null;
  messagesLeft: number | null;
  giftLink: string | null;
  giftState: "waiting" | "redeemed" | "void" | null;
}

export interface PaymentsShown {
  items: PaymentShown[];
}

export interface PersonCard {
  userId: number;
  language: string;
  knownSince: string;
  seenAt: string;
  usernameSince: string | null;
  planId: string;
  planSource: string | null;
  until: string | null;
  renewal: string | null;
  limit: number;
  used: number;
  credits: number;
  spendingCap: number | null;
  bannedUntil: string | null;
  dailyLimit: number | null;
  waitingRequests: number;
  waitingCases: number;
  usage: ModelUse[];
  payments: PaymentOnCard[];
}

export interface PersonTold {
  told: boolean;
}

export interface PersonaShown {
  id: string;
  name: string;
  description: string;
}

export interface PersonasShown {
  items: PersonaShown[];
}

export interface PictureLinkShown {
  url: string;
  expiresAt: string;
}

export interface PlanFigures {
  planId: string;
  source: string;
  people: number;
}

export interface PlanLimit {
  id: string;
  messagesADay: number;
  stars: number;
}

export interface PlanOn {
  id: string;
  name: string;
  renewsAt: string | null;
  renewal: "on" | "off" | "failed" | null;
  searches: boolean;
  images: boolean;
  filesAMessage: number;
  fileMegabytes: number;
}

export interface PlanShown {
  id: string;
  kind: "free" | "subscription" | "trial" | "gift" | "pack" | "group";
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

export interface PreparedShown {
  id: string;
}

export interface Preview {
  role: "user" | "assistant";
  state: "complete" | "running" | "stopped" | "interrupted" | "limited" | "failed";
  text: string;
}

export interface Problem {
  /** `/problems/<code>` */
  type: string;
  title: string;
  status: number;
  detail: string;
  code: "age_unknown" | "agreements_invalid" | "already_subscribed" | "answer_not_continuable" | "answer_too_long" | "answer_truncated" | "answer_withheld" | "bad_input" | "body_too_large" | "bot_setup_failed" | "broadcast_not_found" | "business_not_connected" | "catalog_invalid" | "charge_already_refunded" | "chat_closed" | "check_already_begun" | "check_not_found" | "check_of_temporary" | "check_text_too_long" | "confirmation_not_found" | "conflict" | "consent_needed" | "conversation_exists" | "conversation_not_found" | "conversation_stays_here" | "courier_gone" | "courier_retry" | "cursor_invalid" | "database_unready" | "draft_over" | "erasure_blocked" | "erasure_not_asked" | "erasure_under_way" | "erasure_while_answering" | "erasure_while_paying" | "export_link_invalid" | "feature_off" | "file_bomb" | "file_damaged" | "file_empty" | "file_encrypted" | "file_in_use" | "file_mismatch" | "file_not_found" | "file_polyglot" | "file_refused" | "file_storage_full" | "file_too_complex" | "file_too_large" | "file_unsupported" | "files_unreachable" | "forbidden" | "gift_not_found" | "gift_used" | "head_too_large" | "idempotency_conflict" | "images_not_available" | "images_not_in_plan" | "import_damaged" | "import_foreign" | "import_invalid" | "import_out_of_order" | "import_too_large" | "init_data_date_malformed" | "init_data_duplicate_field" | "init_data_expired" | "init_data_forged" | "init_data_from_future" | "init_data_hash_invalid" | "init_data_hash_missing" | "init_data_malformed" | "init_data_missing" | "init_data_refused" | "init_data_signature_invalid" | "init_data_signature_missing" | "init_data_too_long" | "init_data_user_is_bot" | "init_data_user_malformed" | "init_data_user_missing" | "internal_error" | "invalid_field" | "launch_before_erasure" | "launch_before_sign_out" | "local_model_failed" | "look_not_granted" | "malformed_body" | "malformed_request" | "message_exists" | "message_not_found" | "message_too_long" | "method_not_allowed" | "model_cannot_read" | "model_cannot_search" | "model_cannot_see" | "model_input_unsupported" | "model_not_in_plan" | "model_price_unknown" | "model_unknown" | "moderation_unavailable" | "movement_unbalanced" | "no_checker" | "no_model_fits" | "not_confirmed" | "not_found" | "not_offered_here" | "not_sent_on" | "not_signed_in" | "nothing_to_check" | "operator_cap_reached" | "order_not_found" | "page_forbidden" | "page_not_read" | "page_timed_out" | "page_too_large" | "page_unreachable" | "page_unsupported" | "partner_not_found" | "payment_not_found" | "payment_required" | "period_closed" | "period_not_over" | "person_banned" | "person_not_known" | "persona_unknown" | "picture_refused" | "plan_not_found" | "port_busy" | "prompt_too_long" | "provider_exhausted" | "provider_failed" | "provider_garbled" | "provider_not_found" | "provider_overloaded" | "provider_rate_limited" | "provider_refused" | "provider_rejected_key" | "provider_rejected_request" | "provider_timed_out" | "provider_unavailable" | "question_refused" | "quota_exhausted" | "rate_limited" | "receipt_not_found" | "receipt_not_rebuilt" | "receipt_of_temporary" | "receipt_source_changed" | "receipt_source_deleted" | "receipt_source_not_kept" | "receipts_invalid" | "refusal_not_found" | "reply_refused" | "request_not_found" | "request_timed_out" | "reservation_ended" | "role_forbids" | "run_interrupted" | "run_not_found" | "schedule_not_found" | "search_not_available" | "search_not_in_plan" | "server_busy" | "server_draining" | "session_expired" | "session_invalid" | "session_revoked" | "settings_invalid" | "share_changed" | "share_not_found" | "share_of_temporary" | "speech_not_available" | "spending_cap_reached" | "stars_refused" | "stars_unavailable" | "stop_not_delivered" | "storage_busy" | "storage_full" | "storage_unreachable" | "subscription_not_found" | "task_unknown" | "telegram_unreachable" | "temporary_takes_no_files" | "text_unreadable" | "too_many_connections" | "too_many_files" | "too_many_runs" | "too_many_schedules" | "too_young" | "trial_used" | "unavailable" | "under_maintenance" | "unsupported_media_type" | "url_too_long" | "user_not_found" | "username_not_known" | "voice_not_available" | "voice_unclear";
  /** Names the request in logs */
  instance?: string;
  /** Seconds */
  retryAfter?: number;
}

export interface ProcessShown {
  host: string;
  pid: number;
  seenAt: string;
}

export interface PublicKey {
  publicKey: string;
  firstUsedAt: string;
  current: boolean;
}

export interface PublicKeysShown {
  keys: PublicKey[];
}

export interface QuotaShown {
  limit: number;
  used: number;
  remaining: number;
  credits: number;
  renewsAt: string;
}

export interface ReadinessShown {
  status: "ok" | "unavailable";
  checks: Record<string, string>;
  failingTasks: string[];
}

export interface ReceiptShown {
  id: string;
  number: number;
  at: string;
  purpose: string;
  provider: string;
  model: string;
  endpoint: string;
  claims: ClaimsShown;
  bytes: number;
  sha256: string;
  hash: string;
  previous: string;
  messageIds: string[];
  fileIds: string[];
  fields: string[];
  prompts: string[];
  redacted: string[];
  outcome: string | null;
  endedAt: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costMicroDollars: number | null;
  zeroDataRetention: boolean | null;
}

export interface ReceiptsShown {
  items: ReceiptShown[];
}

export interface Refunded {
  confirmed: boolean;
  chargeId: string;
  reason?: string;
}

export interface RefusalTold {
  id: string;
  side: "question" | "answer";
  refusedAt: string;
  appeal: "none" | "waiting" | "upheld" | "overturned";
}

export interface RegenerateWanted {
  /** A UUIDv7 of the client's: the idempotency key. The same request again joins the same run. */
  id: string;
  /** A model from GET /api/models */
  modelId?: string | null;
}

export interface ReplyWanted {
  text?: string | null;
}

export interface ReportClosed {
  answer?: string;
}

export interface ReportSent {
  id: string;
  reason: "wrong" | "harmful" | "offensive" | "private" | "rights" | "other";
  words?: string;
  withAnswer?: boolean;
}

export interface RequestShown {
  id: string;
  userId: number;
  sentAt: string;
  text: string;
}

export interface RequestsShown {
  items: RequestShown[];
}

export interface Restricted {
  confirmed: boolean;
  days: number;
  reason?: string;
}

export interface RetentionFigures {
  afterDays: number;
  came: number;
  stayed: number;
}

export type RetryableCode = "answer_truncated" | "bot_setup_failed" | "consent_needed" | "courier_retry" | "database_unready" | "erasure_while_answering" | "erasure_while_paying" | "files_unreachable" | "images_not_in_plan" | "internal_error" | "local_model_failed" | "model_not_in_plan" | "model_price_unknown" | "moderation_unavailable" | "operator_cap_reached" | "page_timed_out" | "page_unreachable" | "payment_required" | "port_busy" | "provider_failed" | "provider_garbled" | "provider_overloaded" | "provider_rate_limited" | "provider_timed_out" | "provider_unavailable" | "quota_exhausted" | "rate_limited" | "request_timed_out" | "run_interrupted" | "search_not_in_plan" | "server_busy" | "server_draining" | "session_expired" | "session_invalid" | "speech_not_available" | "spending_cap_reached" | "stars_unavailable" | "stop_not_delivered" | "storage_busy" | "storage_full" | "storage_unreachable" | "telegram_unreachable" | "too_many_connections" | "too_many_runs" | "unavailable" | "under_maintenance";

export interface RulesShown {
  mode: "off" | "draft" | "away" | "auto";
  canReply: boolean;
  staysHere: boolean;
  authorised: boolean;
  providers: string[];
  modelHere: boolean;
  knowledge: string;
  handover: string[];
  away: AwayShown | null;
  dailyLimit: number;
}

export interface SalesFigures {
  kind: string;
  stars: number;
}

export interface SchedulePatch {
  question?: string;
  when?: AskedAt;
  paused?: boolean;
}

export interface ScheduleShown {
  id: string;
  question: string;
  when: AskedAtShown;
  paused: boolean;
  conversationId: string;
  nextAt: string | null;
  askedAt: string | null;
  errorCode: string | null;
}

export interface ScheduleWanted {
  /** A UUIDv7 of the client's: the idempotency key */
  id: string;
  question: string;
  when: AskedAt;
}

export interface SchedulesShown {
  items: ScheduleShown[];
  limit: number;
}

export interface SentEvent {
  data: string;
}

export interface ServerSentEvent {
  id: string;
  data: string;
}

export interface SessionItem {
  id: string;
  device: string | null;
  current: boolean;
  createdAt: string;
  expiresAt: string;
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
  /** While it stays the same, what this device keeps of the person's words may be shown. It changes when they sign out everywhere or were erased. */
  deviceEpoch: string;
}

export interface Sessions {
  items: SessionItem[];
}

export interface SettingsPatch {
  handOff?: boolean;
  suggestions?: boolean;
  redactOthers?: boolean;
  interactiveCards?: boolean;
  joinQuestions?: boolean;
  modelId?: string | null;
  customInstructions?: string | null;
  personaId?: string | null;
  language?: string | null;
  retentionDays?: 1 | 30 | 365 | null;
  spendingCapMicroDollars?: number | null;
}

export interface SettingsShown {
  handOff: boolean;
  suggestions: boolean;
  redactOthers: boolean;
  interactiveCards: boolean;
  joinQuestions: boolean;
  modelId: string | null;
  customInstructions: string | null;
  personaId: string;
  language: string | null;
  retentionDays: 1 | 30 | 365 | null;
  spendingCapMicroDollars: number | null;
}

export interface ShareFollowed {
  token: string;
}

export interface SharePart {
  lastId: string;
  firstId?: string | null;
  author?: string | null;
}

export interface SharePreview {
  title: string | null;
  author: string | null;
  messages: SharedMessageShown[];
  sha256: string;
}

export interface ShareShown {
  id: string;
  url: string;
  conversationId: string;
  title: string | null;
  author: string | null;
  messages: number;
  createdAt: string;
  expiresAt: string;
}

export interface ShareWanted {
  lastId: string;
  firstId?: string | null;
  author?: string | null;
  sha256: string;
  days?: number;
}

export interface SharedMessageShown {
  role: string;
  text: string;
  modelName: string | null;
  sources: SharedSourceShown[];
}

export interface SharedSourceShown {
  url: string;
  title: string;
}

export interface SharesShown {
  items: ShareShown[];
}

export interface Sought {
  person: string;
}

export interface SpeechShown {
  text: string;
}

export interface SpendingShown {
  spentMicroDollars: number;
  reservedMicroDollars: number;
  capMicroDollars: number | null;
  renewsAt: string;
}

export interface StatementLine {
  key: string;
  label: string;
  stars: string;
  dollars: string;
  total: boolean;
  count: number | null;
}

export interface StatementShown {
  partner: string;
  name: string;
  month: string;
  state: string;
  number: number;
  closedAt: string | null;
  lines: StatementLine[];
}

export interface StepShown {
  tool: string;
  query: string | null;
}

export interface SubscriptionShown {
  planId: string;
  state: "none" | "active" | "canceled" | "failed" | "given";
  stars: number;
  renewsAt: string | null;
  until: string | null;
  coming: ComingChargeShown[];
  trialLeft: boolean;
  trialSeconds: number;
}

export interface SuggestionsShown {
  items: string[];
}

export interface Switched {
  name: string;
  on: boolean;
  confirmed: boolean;
}

export interface SwitchesShown {
  models: ModelSwitch[];
  features: FeatureSwitch[];
  limits: LimitsShown;
}

export interface SystemShown {
  version: string;
  revision: string | null;
  processes: ProcessShown[];
  jobs: JobShown[];
}

export interface Taken {
  confirmed: boolean;
  planId?: string | null;
  reason?: string;
}

export interface ThinkingShown {
  text: string;
  seconds: number;
  steps: StepShown[];
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

export interface WaitingAppeal {
  id: string;
  userId: number;
  appealedAt: string;
  side: string;
  judge: string;
  category: string;
  question: string;
  words: string;
}

export interface WaitingReport {
  id: string;
  userId: number;
  reportedAt: string;
  reason: string;
  modelId: string | null;
  words: string;
  answer: string;
}

export interface WaitingShown {
  requests: number;
  cases: number;
}

export const RETRYABLE_CODES: readonly string[] = [
  "answer_truncated",
  "bot_setup_failed",
  "consent_needed",
  "courier_retry",
  "database_unready",
  "erasure_while_answering",
  "erasure_while_paying",
  "files_unreachable",
  "images_not_in_plan",
  "internal_error",
  "local_model_failed",
  "model_not_in_plan",
  "model_price_unknown",
  "moderation_unavailable",
  "operator_cap_reached",
  "page_timed_out",
  "page_unreachable",
  "payment_required",
  "port_busy",
  "provider_failed",
  "provider_garbled",
  "provider_overloaded",
  "provider_rate_limited",
  "provider_timed_out",
  "provider_unavailable",
  "quota_exhausted",
  "rate_limited",
  "request_timed_out",
  "run_interrupted",
  "search_not_in_plan",
  "server_busy",
  "server_draining",
  "session_expired",
  "session_invalid",
  "speech_not_available",
  "spending_cap_reached",
  "stars_unavailable",
  "stop_not_delivered",
  "storage_busy",
  "storage_full",
  "storage_unreachable",
  "telegram_unreachable",
  "too_many_connections",
  "too_many_runs",
  "unavailable",
  "under_maintenance",
];
