// The views that the first screen does not need, once app/load-deferred.ts has fetched them.
// Components that read the signal render again when they have loaded.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { ChatMessage, Failure } from "../../state/model.ts";
import type { ScreenName } from "../../state/navigation.ts";

export interface DeferredViews {
  readonly Messages: ComponentType<{ messages: readonly ChatMessage[] }>;
  readonly ConversationRows: ComponentType;
  readonly Dictate: ComponentType;
  readonly ChatMode: ComponentType;
  readonly PickedTask: ComponentType;
  readonly Refused: ComponentType<{ failure: Failure }>;
  readonly Quota: ComponentType;
  readonly Toast: ComponentType;
  readonly Offline: ComponentType;
  readonly TextLength: ComponentType;
  readonly Uploads: ComponentType;
  readonly PageView: ComponentType<{ name: ScreenName }>;
  readonly Sheets: ComponentType;
}

export const deferredViews = signal<DeferredViews | null>(null);
