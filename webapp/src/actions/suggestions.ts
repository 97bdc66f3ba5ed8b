// What might be said next: asked for once an answer that was watched here has ended well, kept
// as long as the page lives.
import { signal } from "@preact/signals";
import { attempt } from "../state/failure.ts";
import type { ChatMessage } from "../state/model.ts";
import { busy, isOn, me, models, runOf } from "../state/store.ts";
import { services } from "./services.ts";

/** Replies by the answer's id; an empty list while they are being made, or where there are none. */
export const suggested = signal<Readonly<Record<string, readonly string[]>>>({});

/** The screen comes first: the answer's last words are still being drawn. */
const AFTER = 600;

/** Whether replies to `message` are worth asking for. A small model makes none. */
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

/** Asks for replies to an answer, the first time. */
export function loadSuggestions(id: string): void {
  if (suggested.value[id]) return;
  const put = (items: readonly string[]): void => {
    suggested.value = { ...suggested.value, [id]: items };
  };
  put([]);
  setTimeout(() => {
    // Without them nothing is missing: failures are not told.
    void attempt(
      () => services().api.suggestions(id),
      () => undefined,
    ).then((found) => found && put(found.items));
  }, AFTER);
}
