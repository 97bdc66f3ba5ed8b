// The state of dictation: recording, transcribing, or refused.
import { signal } from "@preact/signals";
import type { Failure } from "./model.ts";

export type Dictation =
  | { readonly phase: "idle" }
  /** The microphone has been requested. */
  | { readonly phase: "opening" }
  /** `from` is the page's time in milliseconds. */
  | { readonly phase: "recording"; readonly from: number }
  | { readonly phase: "hearing" }
  | { readonly phase: "failed"; readonly failure: Failure; readonly canRetry: boolean };

export const dictation = signal<Dictation>({ phase: "idle" });
