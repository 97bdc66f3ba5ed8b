// The emulated world as the server sends it: telegram_emulator/schemas.py and events.py.
import type {
  BotCommand,
  Entity,
  MenuButton,
  Message,
  ReplyKeyboard,
  RichMessage,
} from "./telegram.ts";

export interface Person {
  id: number;
  firstName: string;
  lastName: string | null;
  username: string | null;
  languageCode: string;
  isPremium: boolean;
  photoUrl: string | null;
  phoneNumber: string | null;
}

export interface BotProfile {
  id: number;
  firstName: string;
  username: string;
  description: string;
  shortDescription: string;
  menuButton: MenuButton;
  photoUrl: string | null;
}

export interface Reaction {
  type: string;
  emoji?: string;
}

export interface ChatMessage {
  id: number;
  outgoing: boolean;
  message: Message;
  /** Its invoice has been paid. */
  paid: boolean;
  botReaction: Reaction | null;
  /** Reactions of people, by their ids. */
  reactions: Record<string, Reaction[]>;
}

export interface Draft {
  draftId: number;
  expiresAt: string;
  messageThreadId: number | null;
  text: string | null;
  entities: Entity[];
  richMessage: RichMessage | null;
  canStop: boolean;
  keepOnStop: boolean;
  stopped: boolean;
}

export interface ChatHead {
  personId: number;
  started: boolean;
  blocked: boolean;
  writeAccess: boolean;
  commands: BotCommand[];
  menuButton: MenuButton;
  replyKeyboard: ReplyKeyboard | null;
  action: string | null;
  actionUntil: string | null;
}

export interface Chat {
  head: ChatHead;
  messages: ChatMessage[];
  drafts: Draft[];
}

/** A group or channel. Its messages are the same for everybody: `outgoing` means not from the bot.
 */
export interface Group {
  id: number;
  chat: { type: string; title: string; is_forum?: boolean };
  members: { status: string; user: { id: number; first_name: string } }[];
  messages: ChatMessage[];
  /** The messages that only one member sees. */
  ephemeral: Message[];
  /** By their thread ids. */
  topics: Record<string, { name: string; closed: boolean }>;
  /** The discussion group of a channel, or the channel of a discussion group. */
  linked: number | null;
}

/** An account that the bot is connected to. */
export interface BusinessAccount {
  connectionId: string;
  ownerId: number;
  rights: string[];
}

/** A connected account's chat with a customer. */
export interface BusinessChat {
  ownerId: number;
  customerId: number;
  messages: ChatMessage[];
}

export interface WalletEntry {
  id: string;
  kind: "topUp" | "payment" | "renewal" | "refund" | "chargeback";
  amount: number;
  at: string;
  title: string;
}

export interface Subscription {
  id: string;
  personId: number;
  title: string;
  amount: number;
  state: "active" | "canceled" | "failed" | "expired";
  expiresAt: string;
  canReenable: boolean;
  payments: number;
}

export interface Wallet {
  personId: number;
  balance: number;
  entries: WalletEntry[];
  subscriptions: Subscription[];
}

export type CheckoutStatus = "waiting" | "paid" | "cancelled" | "failed" | "pending";

export interface Checkout {
  id: string;
  personId: number;
  slug: string;
  status: CheckoutStatus;
  error: string | null;
}

export interface InvoiceSheet {
  slug: string;
  title: string;
  description: string;
  amount: number;
  currency: string;
  balance: number;
  photoUrl: string | null;
  subscriptionPeriod: number | null;
}

export interface SharedMessage {
  inlineMessageId: string;
  personId: number;
  to: string;
  text: string;
  at: string;
}

export interface Clock {
  now: string;
  aheadSeconds: number;
}

export type UpdateFaultKind = "twice" | "late" | "outOfOrder" | "lost";
export type ApiFaultKind = "tooManyRequests" | "serverError" | "timeout";

export interface UpdateFault {
  kind: UpdateFaultKind;
  count: number;
  seconds: number;
  updateTypes: string[];
}

export interface ApiFault {
  kind: ApiFaultKind;
  count: number;
  method: string | null;
  retryAfter: number;
}

export interface Faults {
  updates: UpdateFault[];
  api: ApiFault[];
  webhookDown: boolean;
  flood: boolean;
}

export interface Webhook {
  url: string;
  waiting: number;
  /** The bot has called since the emulator started. */
  heard: boolean;
  lastError: string | null;
  lastErrorAt: string | null;
}

export interface TrafficEntry {
  id: number;
  at: string;
  direction: "call" | "update" | "client";
  name: string;
  ok: boolean;
  status: number;
  milliseconds: number;
  request: unknown;
  response: unknown;
  /** Parameters and fields that the Bot API does not have. */
  ignored: string[];
}

export interface State {
  revision: number;
  bot: BotProfile;
  people: Person[];
  chats: Chat[];
  groups: Group[];
  business: BusinessChat[];
  accounts: BusinessAccount[];
  wallets: Wallet[];
  checkouts: Checkout[];
  shared: SharedMessage[];
  clock: Clock;
  faults: Faults;
  webhook: Webhook;
  botStars: number;
  traffic: TrafficEntry[];
}

export interface CallbackAnswer {
  personId: number;
  callbackId: string;
  text: string | null;
  showAlert: boolean;
  url: string | null;
}

export type WorldEvent =
  | { type: "reset" }
  | { type: "bot"; bot: BotProfile; stars: number }
  | { type: "person"; person: Person }
  | { type: "personRemoved"; personId: number }
  | { type: "chat"; chat: ChatHead }
  | { type: "message"; personId: number; message: ChatMessage }
  | { type: "messagesDeleted"; personId: number; ids: number[] }
  | { type: "draft"; personId: number; draft: Draft }
  | { type: "draftEnded"; personId: number; draftId: number }
  | ({ type: "callbackAnswer" } & CallbackAnswer)
  | { type: "ephemeral"; chatId: number; messages: Message[] }
  | { type: "wallet"; wallet: Wallet }
  | { type: "checkout"; checkout: Checkout }
  | { type: "shared"; message: SharedMessage }
  | { type: "clock"; clock: Clock }
  | { type: "faults"; faults: Faults }
  | { type: "webhook"; webhook: Webhook }
  | { type: "traffic"; entry: TrafficEntry };
