// Sending, following runs and uploading, for code that loads before them: the first screen needs
// none of them, so they load with the deferred views (app/load-deferred.ts).
import type { Upload } from "../state/attachments.ts";
import type { QuestionOptions } from "../state/model.ts";
import type * as Attachments from "./attachments.ts";

// Typed by hand, since these files import this one.
export interface DeferredActions extends Pick<typeof Attachments, "addFiles"> {
  sendMessage(
    text: string,
    branchAt?: string | null,
    options?: QuestionOptions,
    uploads?: readonly Upload[],
  ): void;
  stopAnswer(): string;
  sendOutbox(): void;
  followRun(runId: string): Promise<void>;
  followPerson(): void;
  continueShared(token: string): void;
}

let loaded: DeferredActions | undefined;
const waiting = new Set<(actions: DeferredActions) => void>();

/** Registers the actions and runs the calls that waited for them. */
export function provideDeferredActions(actions: DeferredActions): void {
  loaded = actions;
  for (const act of waiting) act(actions);
  waiting.clear();
}

/** Calls `act` now, or once the actions are loaded; a waiting function is called only once. */
export function whenDeferred(act: (actions: DeferredActions) => void): void {
  if (loaded) act(loaded);
  else waiting.add(act);
}
