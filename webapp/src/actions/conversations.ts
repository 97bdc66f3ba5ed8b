// Conversations: the list and its pages, and opening one.
import { resetChatMode } from "../state/chat-mode.ts";
import { attempt } from "../state/failure.ts";
import { folders, openFolder } from "../state/folders.ts";
import { closeAllScreens } from "../state/navigation.ts";
import { sought } from "../state/sought.ts";
import { dispatch, state } from "../state/store.ts";
import { whenDeferred } from "./deferred-actions.ts";
import { services } from "./services.ts";

const PAGE = 30;
let reading: AbortController | undefined;

/** Loads the first page, of a search if `query` is not empty. */
export const loadList = (query = ""): Promise<void> => load(query, null);

/** Loads the page after the last, if there is one. */
export async function loadMore(): Promise<void> {
  const { status, nextCursor, query } = state.value.list;
  if (nextCursor && status === "ready") await load(query, nextCursor);
}

async function load(query: string, cursor: string | null): Promise<void> {
  reading?.abort();
  reading = new AbortController();
  const { signal } = reading;
  const more = cursor !== null;
  dispatch({ type: "list.loading", query, more });
  const folder = openFolder.value;
  const only = query ? { q: query } : folder ? { folder } : {};
  const asked = { limit: PAGE, ...(cursor ? { cursor } : {}), ...only };
  const page = await attempt(
    () => services().api.conversations(asked, signal),
    (failure) => dispatch({ type: "list.failed", failure }),
  );
  if (!page) return;
  if (!query && !more) folders.value = page.folders;
  dispatch({ type: "list.loaded", query, more, ...page });
}

/** Opens a conversation, or a new chat. */
export function openConversation(id: string | null): void {
  const { query: words } = state.value.list;
  sought.value = id && words ? { id, words } : null;
  dispatch({ type: "conversation.opened", id });
  resetChatMode();
  closeAllScreens();
  if (id) void loadThread(id);
}

export async function loadThread(id: string): Promise<void> {
  dispatch({ type: "thread.loading", id });
  if (!state.value.conversations[id]) void refreshConversation(id);
  const tree = await attempt(
    () => services().api.messages(id),
    (failure) => dispatch({ type: "thread.failed", id, failure }),
  );
  if (!tree) return;
  dispatch({ type: "thread.loaded", id, items: tree.items, leafId: tree.leafId });
  const running = tree.items.filter(({ state }) => state === "running");
  whenDeferred(({ followRun }) => {
    for (const { runId } of running) if (runId) void followRun(runId);
  });
}

/** Reads a conversation's title and place in the list. */
export async function refreshConversation(id: string): Promise<void> {
  const conversation = await attempt(
    () => services().api.conversation(id),
    () => undefined,
  );
  if (!conversation) return;
  if (state.value.list.ids.includes(id)) {
    dispatch({ type: "conversation.changed", id, change: conversation });
  } else {
    dispatch({ type: "conversation.made", conversation });
  }
}
