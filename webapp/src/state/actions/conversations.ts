// Conversations: the list and its pages, opening one, and changes to one.
import { attempt } from "../failure.ts";
import { home } from "../nav.ts";
import { dispatch, state } from "../store.ts";
import { stepLeaf } from "../tree.ts";
import { tools } from "../tools.ts";
import { whenAsking } from "./later.ts";
import { notice } from "./notice.ts";

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
  const asked = { limit: PAGE, ...(cursor ? { cursor } : {}), ...(query ? { q: query } : {}) };
  const page = await attempt(
    () => tools().api.conversations(asked, signal),
    (failure) => dispatch({ type: "list.failed", failure }),
  );
  if (page) dispatch({ type: "list.loaded", query, more, ...page });
}

/** Opens a conversation, or a new chat. */
export function openConversation(id: string | null): void {
  dispatch({ type: "conversation.opened", id });
  home();
  if (id) void loadThread(id);
}

export async function loadThread(id: string): Promise<void> {
  dispatch({ type: "thread.loading", id });
  if (!state.value.conversations[id]) void loadConversation(id);
  const tree = await attempt(
    () => tools().api.messages(id),
    (failure) => dispatch({ type: "thread.failed", id, failure }),
  );
  if (!tree) return;
  dispatch({ type: "thread.loaded", id, items: tree.items, leafId: tree.leafId });
  const running = tree.items.filter(({ state }) => state === "running");
  whenAsking(({ follow }) => {
    for (const { runId } of running) if (runId) void follow(runId);
  });
}

async function loadConversation(id: string): Promise<void> {
  const conversation = await attempt(() => tools().api.conversation(id), () => undefined);
  if (conversation) dispatch({ type: "conversation.made", conversation });
}

/** Shows the variant `step` places from a message, and has the server remember it. */
export function chooseBranch(conversationId: string, messageId: string, step: number): void {
  const messages = state.value.threads[conversationId]?.messages ?? {};
  const leafId = stepLeaf(messages, messageId, step);
  if (!leafId) return;
  dispatch({ type: "branch.chosen", id: conversationId, leafId });
  // What is still pending here has no id there yet.
  if (messages[leafId]?.pending) return;
  void attempt(() => tools().api.changeConversation(conversationId, { leafId }), notice);
}

/** Renames or pins: at once on screen, taken back if the server refuses. */
export async function changeConversation(
  id: string,
  change: { title?: string; pinned?: boolean },
): Promise<void> {
  const before = state.value.conversations[id];
  if (!before) return;
  dispatch({ type: "conversation.changed", id, change });
  const after = await attempt(() => tools().api.changeConversation(id, change), (failure) => {
    const { title, pinned } = before;
    dispatch({ type: "conversation.changed", id, change: { title, pinned } });
    notice(failure);
  });
  if (after) dispatch({ type: "conversation.changed", id, change: after });
}

export async function deleteConversation(id: string): Promise<void> {
  const done = await attempt(async () => {
    await tools().api.deleteConversation(id);
    return true;
  }, notice);
  if (!done) return;
  tools().drafts.write(id, "");
  dispatch({ type: "conversation.removed", id });
}
