// The HTTP API's shapes. Written by hand until the server's OpenAPI document says them; from
// then on `webapp/generate_types.py` writes this file.

export interface User {
  id: number;
  firstName: string;
  lastName?: string | null;
  username?: string | null;
  languageCode: string;
  isPremium: boolean;
  photoUrl?: string | null;
}

export interface Session {
  token: string;
  expiresAt: string;
  user: User;
  startParam?: string | null;
}

export interface Quota {
  limit: number;
  used: number;
  remaining: number;
  renewsAt: string | null;
}

export interface Settings {
  handOff: boolean;
  modelId?: string | null;
  customInstructions?: string | null;
}

export interface Me {
  user: { id: number };
  language: string;
  plan: { id: string; name: string; renewsAt?: string | null };
  quota: Quota;
  settings: Settings;
}

export interface Model {
  id: string;
  name: string;
  provider: string;
  capabilities: string[];
  priceClass: "free" | "low" | "medium" | "high";
  contextTokens: number;
  allowed: boolean;
  small: boolean;
  note?: string | null;
}

export interface Models {
  items: Model[];
  defaultId: string;
}

export interface Conversation {
  id: string;
  title: string | null;
  pinned: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface ConversationPage {
  items: Conversation[];
  nextCursor: string | null;
}

export interface StreamCitation {
  url: string;
  title: string;
  /** Code points of the answer's text. */
  start: number | null;
  end: number | null;
}

export type MessageState = "complete" | "running" | "stopped" | "interrupted" | "limited" | "failed";

export interface Message {
  id: string;
  parentId: string | null;
  role: "user" | "assistant";
  text: string;
  state: MessageState;
  modelId?: string | null;
  modelName?: string | null;
  runId?: string | null;
  errorCode?: string | null;
  citations: StreamCitation[];
  createdAt: string;
}

export interface MessageTree {
  items: Message[];
  leafId: string | null;
}

export interface SendMessage {
  /** UUIDv7, made by the client: the idempotency key. */
  id: string;
  parentId: string | null;
  text: string;
  modelId?: string;
  task?: string;
  /** Make the conversation if it is new. */
  create?: boolean;
}

export interface Plan {
  id: string;
  kind: "free" | "subscription" | "trial" | "gift" | "pack";
  name: string;
  stars: number;
  seconds: number;
  credits: number;
  features: string[];
}

export interface Plans {
  items: Plan[];
}

export interface Checkout {
  orderId: string;
  invoiceLink: string;
}

export interface Order {
  id: string;
  planId: string;
  state: string;
  stars: number;
  createdAt: string;
}

export interface Subscription {
  planId: string;
  state: string;
  renewsAt?: string | null;
  until?: string | null;
}
