// The events of a run, as the server numbers and sends them.

import type { Card, Message, MessageState, StreamCitation } from "../api/types.ts";

export interface StartEvent {
  type: "start";
  runId: string;
  conversationId: string;
  userMessage: Message | null;
  /** The answer as stored. A start may be repeated; then it replaces everything shown. */
  message: Message;
}

export interface EndEvent {
  type: "end";
  state: Exclude<MessageState, "running">;
  errorCode?: string;
  errorTitle?: string;
  errorDetail?: string;
  retryAfter?: number;
  usage?: {
    inputTokens: number;
    cachedTokens: number;
    outputTokens: number;
    reasoningTokens: number;
  };
  costMicroDollars?: number;
  remaining?: number;
}

export type StreamEvent =
  | StartEvent
  | { type: "queued"; place: number }
  | { type: "model"; modelId: string; modelName: string; fallback: boolean }
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  /** The text from this code point on was the model's thinking. */
  | { type: "text_was_reasoning"; start: number }
  /** Moderation withdrew the text from this code point on, and all reasoning. */
  | { type: "text_withdrawn"; start: number }
  | { type: "activity"; tool: string; state: "started" | "completed"; query: string | null }
  | ({ type: "citation" } & StreamCitation)
  | { type: "notice"; code: string; messageId?: string; url?: string }
  | { type: "attachment"; messageId: string; file: Card }
  | EndEvent;

/** An event with its number; numbers are contiguous from 1. */
export interface Numbered {
  readonly seq: number;
  readonly event: StreamEvent;
}
