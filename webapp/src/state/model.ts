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

/** A failure in the reader's language, as shown beside what failed. */
export interface Failure {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** The same may well succeed a little later. */
  readonly temporary?: boolean;
  /** Seconds to wait before a retry makes sense. */
  readonly retryAfter?: number;
  /** The provider that needs the person's consent first. */
  readonly provider?: string;
}

/** A file of a message; one that is still being uploaded has a made-up id. */
export type ShownFile = Card & { readonly uploading?: boolean };

/** How a question is asked, besides its text. */
export interface QuestionOptions {
  readonly task?: string;
  readonly options?: Record<string, string>;
  readonly search?: boolean;
  readonly files?: readonly ShownFile[];
}

/** What a message has while the server does not know it yet. */
export interface Pending {
  /** The idempotency key: sending again with it is the same turn. */
  readonly requestId: string;
  readonly status: "sending" | "queued" | "failed";
}

export interface ChatMessage extends Message {
  /** Stays the same when the server's message takes an optimistic one's place on screen. */
  readonly viewKey?: string;
  attachments?: ShownFile[];
  readonly pending?: Pending;
  readonly failure?: Failure;
  readonly fallback?: boolean;
}

/** A linked page that the answer does without; `code` is an error's. */
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
  /** The number of the last event taken in; a reader resumes after it. */
  readonly lastSeq: number;
  readonly phase: "queued" | "thinking" | "answering" | "ended";
  readonly place: number | null;
  readonly text: string;
  readonly reasoning: string;
  /** When the first and the last of it were seen here, in milliseconds since 1970. */
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
  /** The first message that the model was still sent; older ones no longer fit. */
  readonly cutAt: string | null;
}

export interface ConversationList {
  readonly status: "empty" | "loading" | "more" | "ready" | "failed";
  readonly failure?: Failure;
  /** Ids in the server's order; what is pinned is drawn out of it when shown. */
  readonly ids: readonly string[];
  readonly nextCursor: string | null;
  readonly query: string;
}

export interface State {
  readonly session: "starting" | "ready" | "failed";
  readonly sessionFailure: Failure | null;
  readonly user: User | null;
  /** As the server says: while it stays the same, what this device keeps may be shown. */
  readonly deviceEpoch: string | null;
  readonly online: boolean;
  readonly me: Me | null;
  readonly models: readonly Model[];
  readonly defaultModelId: string | null;
  /** Whether there is a model that makes pictures. */
  readonly paints: boolean;
  /** Whether somebody turns speech into text. */
  readonly speech: boolean;
  /** What the operator has not switched off; null before that is known, or from an older server. */
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
