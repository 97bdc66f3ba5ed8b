// The types of the state. Plain data: only the reducer makes new states.
import type {
  Card,
  Conversation,
  Me,
  Message,
  Model,
  Plan,
  StreamCitation,
  Subscription,
  User,
} from "../api/index.ts";

/** A failure in the reader's language, as shown next to what failed. */
export interface Failure {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** A later retry may succeed. */
  readonly temporary?: boolean;
  /** Seconds to wait before a retry makes sense. */
  readonly retryAfter?: number;
  /** The provider that needs the person's consent first. */
  readonly provider?: string;
}

/** A file of a message; one that is still being uploaded has a made-up id. */
export type ShownFile = Card & { readonly uploading?: boolean };

/** A question's options besides its text. */
export interface QuestionOptions {
  readonly task?: string;
  readonly options?: Record<string, string>;
  readonly search?: boolean;
  readonly files?: readonly ShownFile[];
}

/** The state of a message that the server does not know yet. */
export interface Pending {
  /** The idempotency key: sending again with it is the same turn. */
  readonly requestId: string;
  readonly status: "sending" | "queued" | "failed";
}

export interface ChatMessage extends Message {
  /** Stays the same when the server's message replaces an optimistic one on screen. */
  readonly viewKey?: string;
  attachments?: ShownFile[];
  readonly pending?: Pending;
  readonly failure?: Failure;
  readonly fallback?: boolean;
}

/** A linked page that could not be used for the answer; `code` is an error's. */
export interface Unread {
  readonly code: string;
  readonly url: string;
}

export interface Activity {
  readonly tool: string;
  readonly query: string | null;
  readonly done: boolean;
}

/** One run, live or finished, built from its numbered events. */
export interface Run {
  readonly id: string;
  readonly conversationId: string;
  readonly messageId: string;
  /** The number of the last event applied; a reader resumes after it. */
  readonly lastSeq: number;
  readonly phase: "queued" | "thinking" | "answering" | "ended";
  readonly place: number | null;
  readonly text: string;
  readonly reasoning: string;
  /** When its first and last events arrived here, in milliseconds since 1970. */
  readonly thoughtFrom?: number;
  readonly thoughtTo?: number;
  readonly activities: readonly Activity[];
  /** Pages that could not be read, and why. */
  readonly unread: readonly Unread[];
}

export interface Thread {
  readonly status: "empty" | "loading" | "ready" | "failed";
  readonly failure?: Failure;
  readonly messages: Readonly<Record<string, ChatMessage>>;
  readonly leafId: string | null;
  /** The first message that was sent to the model; older ones no longer fit. */
  readonly cutAt: string | null;
}

export interface ConversationList {
  readonly status: "empty" | "loading" | "more" | "ready" | "failed";
  readonly failure?: Failure;
  /** Ids in the server's order; the view moves pinned ones to the top. */
  readonly ids: readonly string[];
  readonly nextCursor: string | null;
  readonly query: string;
}

export interface State {
  readonly session: "starting" | "ready" | "failed";
  readonly sessionFailure: Failure | null;
  readonly user: User | null;
  /** Set by the server: while it stays the same, this device's copy may be shown. */
  readonly deviceEpoch: string | null;
  readonly online: boolean;
  /** Why the server does not answer; null once it does. The app retries by itself. */
  readonly delay: Failure | null;
  readonly me: Me | null;
  readonly models: readonly Model[];
  readonly defaultModelId: string | null;
  /** Whether there is a model that generates pictures. */
  readonly paints: boolean;
  /** Whether speech can be transcribed. */
  readonly speech: boolean;
  /** The enabled features; null until they are known, or with an older server. */
  readonly features: readonly string[] | null;
  readonly plans: readonly Plan[] | null;
  readonly subscription: Subscription | null;
  readonly conversations: Readonly<Record<string, Conversation>>;
  readonly list: ConversationList;
  readonly threads: Readonly<Record<string, Thread>>;
  readonly runs: Readonly<Record<string, Run>>;
  /** The open conversation; null is a new chat. */
  readonly currentId: string | null;
}

export type { Card, Conversation, Me, Message, Model, Plan, StreamCitation, Subscription, User };

export const emptyThread: Thread = { status: "empty", messages: {}, leafId: null, cutAt: null };

export const initialState: State = {
  session: "starting",
  sessionFailure: null,
  user: null,
  deviceEpoch: null,
  online: true,
  delay: null,
  me: null,
  models: [],
  defaultModelId: null,
  paints: false,
  speech: false,
  features: null,
  plans: null,
  subscription: null,
  conversations: {},
  list: { status: "empty", ids: [], nextCursor: null, query: "" },
  threads: {},
  runs: {},
  currentId: null,
};
