// Which conversations the list shows, and in which order.
import type { State, Thread } from "./model.ts";

const NAME_LENGTH = 80;

/** The beginning of the first question, for a conversation that has no title yet. */
export function firstQuestion(thread: Thread | undefined): string {
  const asked = Object.values(thread?.messages ?? {}).find(
    ({ role, parentId }) => role === "user" && parentId === null,
  );
  return asked?.text.slice(0, NAME_LENGTH) ?? "";
}

/** Ids as shown, of one folder if it is named: pinned first, then the last changed. */
export function shownIds({
  list,
  conversations,
  folder = "",
}: Pick<State, "list" | "conversations"> & { folder?: string }): {
  pinned: string[];
  recent: string[];
} {
  const shows = (id: string): boolean =>
    id in conversations && (!folder || conversations[id]?.folder === folder);
  const age = (id: string): number => Date.parse(conversations[id]?.updatedAt ?? "") || 0;
  const sorted = list.ids.filter(shows).sort((a, b) => age(b) - age(a));
  const isPinned = (id: string): boolean => conversations[id]?.pinned ?? false;
  return { pinned: sorted.filter(isPinned), recent: sorted.filter((id) => !isPinned(id)) };
}
