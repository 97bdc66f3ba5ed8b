// Suggested replies: requested once an answer that was watched here has ended well, and kept as
// long as the page is open.
import { signal } from "@preact/signals";
import { attempt } from "../state/failure.ts";
import type { ChatMessage } from "../state/model.ts";
import { busy, isOn, me, models, runOf } from "../state/store.ts";
import { services } from "./services.ts";

/** Replies by the answer's id; an empty list while they are being generated, or if there are
 *  none. */
export const suggested = signal<Readonly<Record<string, readonly string[]>>>({});

/** The delay before the request: the answer's last words are still being drawn. */
const AFTER = 600;

/** Whether to request replies to `message`. A small model generates none. */
export function takesSuggestions(message: ChatMessage): boolean {
  const { role, state, text, pending, runId, modelId } = message;
  const watched = runOf(runId)?.phase === "ended";
  const small = models.value.find(({ id }) => id === modelId)?.small ?? true;
  return (
    role === "assistant" &&
    state === "complete" &&
    text !== "" &&
    !pending &&
    isOn("suggestions") &&
    watched &&
    !small &&
    !busy.value &&
    me.value?.settings.suggestions === true
  );
}

/** Requests replies to an answer, once. */
export function loadSuggestions(id: string): void {
  if (suggested.value[id]) return;
  const put = (items: readonly string[]): void => {
    suggested.value = { ...suggested.value, [id]: items };
  };
  put([]);
  setTimeout(() => {
    // They are optional, so failures are not shown.
    void attempt(
      () => services().api.suggestions(id),
      () => undefined,
    ).then((found) => found && put(found.items));
  }, AFTER);
}
