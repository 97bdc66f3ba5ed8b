// The events that change the state. Stream events come numbered, and are the same whether they
// arrive live, after a reconnect, or on a second device.
import type { StreamEvent } from "../stream/events.ts";
import type {
  Card,
  Conversation,
  Failure,
  Me,
  Message,
  Model,
  Plan,
  QuestionOptions,
  Subscription,
  User,
} from "./model.ts";

export type ListEvent =
  | { type: "list.loading"; query: string; more: boolean }
  | {
      type: "list.loaded";
      query: string;
      more: boolean;
      items: readonly Conversation[];
      nextCursor: string | null;
    }
  | { type: "list.failed"; failure: Failure }
  | { type: "conversation.changed"; id: string; change: Partial<Conversation> }
  | { type: "conversation.made"; conversation: Conversation }
  | { type: "conversation.removed"; id: string }
  | { type: "conversation.opened"; id: string | null };

export type ThreadEvent =
  | { type: "thread.loading"; id: string }
  | { type: "thread.loaded"; id: string; items: readonly Message[]; leafId: string | null }
  | { type: "thread.failed"; id: string; failure: Failure }
  | { type: "branch.chosen"; id: string; leafId: string };

/** A request for an answer that the server has not confirmed yet. */
export type RequestEvent =
  | {
      type: "send.asked";
      conversationId: string;
      requestId: string;
      parentId: string | null;
      text: string;
      at: string;
      queued: boolean;
      options?: QuestionOptions;
    }
  | {
      type: "regenerate.asked";
      conversationId: string;
      requestId: string;
      messageId: string;
      at: string;
    }
  | { type: "continue.asked"; conversationId: string; requestId: string; messageId: string }
  | { type: "request.retried"; conversationId: string; requestId: string }
  | { type: "request.failed"; conversationId: string; requestId: string; failure: Failure }
  | { type: "request.queued"; conversationId: string; requestId: string }
  /** The server now has all files that a question waited for. */
  | {
      type: "request.uploaded";
      conversationId: string;
      requestId: string;
      files: readonly Card[];
    }
  | { type: "request.dropped"; conversationId: string; requestId: string }
  /** The answer continues on the server, but this device cannot follow it. */
  | { type: "run.lost"; conversationId: string; messageId: string; failure: Failure }
  | { type: "run.sought"; conversationId: string; messageId: string };

/** One event of a run. `requestId` is known only to the page that sent the request. */
export interface RunEvent {
  type: "run";
  runId: string;
  seq: number;
  event: StreamEvent;
  requestId?: string;
  /** When it arrived here, in milliseconds since 1970. */
  at?: number;
}

export type AccountEvent =
  | { type: "session.ready"; user: User; deviceEpoch: string }
  | { type: "session.failed"; failure: Failure }
  | { type: "online.changed"; online: boolean }
  | { type: "server.delayed"; failure: Failure | null }
  | { type: "me.loaded"; me: Me }
  | {
      type: "models.loaded";
      models: readonly Model[];
      defaultId: string | null;
      images?: boolean;
      speech?: boolean;
      features?: readonly string[];
    }
  | { type: "plans.loaded"; plans: readonly Plan[] }
  | { type: "subscription.loaded"; subscription: Subscription | null };

export type AppEvent = ListEvent | ThreadEvent | RequestEvent | RunEvent | AccountEvent;
