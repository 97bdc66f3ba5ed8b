// Changes to a conversation: its branch, name and place; deleting it or a part of it, with undo.
// The first screen needs none of them.
import { confirm } from "../bridge/dialogs.ts";
import { t } from "../i18n/index.ts";
import { attempt } from "../state/failure.ts";
import { folders, openFolder } from "../state/folders.ts";
import { dispatch, state } from "../state/store.ts";
import { stepLeaf } from "../state/tree.ts";
import { loadList, loadThread, openConversation } from "./conversations.ts";
import { services } from "./services.ts";
import { offerUndo, showToast } from "./toast.ts";

let choosing: Promise<unknown> = Promise.resolve();

/** Shows the branch `step` places from a message, and has the server remember it. */
export function chooseBranch(conversationId: string, messageId: string, step: number): void {
  const messages = state.value.threads[conversationId]?.messages ?? {};
  const leafId = stepLeaf(messages, messageId, step);
  if (!leafId) return;
  dispatch({ type: "branch.chosen", id: conversationId, leafId });
  // The server does not know the id of a pending message yet.
  if (messages[leafId]?.pending) return;
  choosing = attempt(
    () => services().api.changeConversation(conversationId, { leafId }),
    showToast,
  );
}

/** Resolves once the server knows which branch was chosen last. */
export const chosenBranch = (): Promise<unknown> => choosing;

/** Renames, pins, or makes server-only: at once on screen, reverted if the server refuses. */
export async function changeConversation(
  id: string,
  change: { title?: string; pinned?: boolean; serverOnly?: boolean; folder?: string | null },
): Promise<void> {
  const before = state.value.conversations[id];
  if (!before) return;
  dispatch({ type: "conversation.changed", id, change });
  const after = await attempt(
    () => services().api.changeConversation(id, change),
    (failure) => {
      const { title, pinned, serverOnly = false, folder = null } = before;
      dispatch({ type: "conversation.changed", id, change: { title, pinned, serverOnly, folder } });
      showToast(failure);
    },
  );
  if (after) dispatch({ type: "conversation.changed", id, change: after });
}

/** Lists one folder's conversations, or all. */
export function showFolder(folder: string): void {
  openFolder.value = folder;
  void loadList();
}

/** Moves a chat into a folder, which is created by its first chat; "" moves it out. */
export async function moveToFolder(id: string, folder: string): Promise<void> {
  await changeConversation(id, { folder: folder || null });
  await loadList();
  // A folder disappears with its last chat.
  if (openFolder.value && !folders.value.includes(openFolder.value)) showFolder("");
}

/** Deletes a chat; for ten seconds the server can bring it back. */
export async function deleteConversation(id: string): Promise<void> {
  if (!(await deleted(() => services().api.deleteConversation(id)))) return;
  services().drafts.write(id, "");
  dispatch({ type: "conversation.removed", id });
  offerUndo(t("app.delete.done"), async () => {
    const conversation = await attempt(() => services().api.restoreConversation(id), showToast);
    if (conversation) dispatch({ type: "conversation.made", conversation });
  });
}

/** Closes a temporary chat permanently. */
export async function closeTemporary(id: string): Promise<void> {
  const sure = await confirm({
    title: t("app.temporary.close"),
    message: t("app.delete.word"),
    yes: t("app.temporary.close.yes"),
    destructive: true,
  }).catch(() => false);
  if (!sure || !(await deleted(() => services().api.deleteConversation(id)))) return;
  dispatch({ type: "conversation.removed", id });
}

/** Deletes a message with what followed it; for ten seconds the server can bring them back. */
export async function deleteMessage(conversationId: string, id: string): Promise<void> {
  if (!(await deleted(() => services().api.deleteMessage(id)))) return;
  await loadThread(conversationId);
  offerUndo(t("app.delete.message.done"), async () => {
    if (await deleted(() => services().api.restoreMessage(id))) await loadThread(conversationId);
  });
}

/** Copies a shared chat into one of the person's own. */
export async function continueShared(token: string): Promise<void> {
  const conversation = await attempt(() => services().api.continueShare(token), showToast);
  if (!conversation) return;
  dispatch({ type: "conversation.made", conversation });
  openConversation(conversation.id);
}

/** Whether a request without a response body succeeded. */
const deleted = async (act: () => Promise<void>): Promise<boolean> =>
  (await attempt(async () => {
    await act();
    return true;
  }, showToast)) ?? false;
