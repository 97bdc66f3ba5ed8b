// Actions on a message: copy it, page through its branches, regenerate it.
import { chooseBranch, deleteMessage } from "../../actions/conversation-changes.ts";
import { regenerateAnswer } from "../../actions/messages.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { isServerOnly, isTemporary } from "../../state/chat-mode.ts";
import type { ChatMessage } from "../../state/model.ts";
import { openScreen } from "../../state/navigation.ts";
import { putBack, takeOut } from "../../state/placeholders.ts";
import { busy, currentId, currentThread, isOn, models } from "../../state/store.ts";
import { siblings } from "../../state/tree.ts";
import { IconButton } from "../ui/controls.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { stopFollowing } from "../ui/scroll.ts";
import { ListenButton, listeningTo } from "./listen-button.tsx";

/** Tasks for a message, or for the selected part of it. */
export function TasksButton({ text }: { text: string }) {
  const offer = (event: MouseEvent): void => {
    const message = (event.currentTarget as Element).closest(".message");
    const selection = getSelection();
    const own = selection?.anchorNode && message?.contains(selection.anchorNode);
    openScreen({ name: "tasks", text: (own && takeOut(selection.toString().trim())) || text });
  };
  return <IconButton icon="wand" label={t("app.tasks")} disabled={busy.value} onClick={offer} />;
}

/** Checks a message's claims against sources; not in temporary or server-only chats. */
export function CheckButton({ messageId, label }: { messageId: string; label: string }) {
  if (!isOn("checks") || isTemporary.value || isServerOnly.value) return null;
  const open = (): void => openScreen({ name: "check", of: { messageId } });
  return <IconButton icon="claims" label={label} onClick={open} />;
}

/** ‹ 2 / 3 ›: the branches of a message. */
export function Pager({ message }: { message: ChatMessage }) {
  const branches = siblings(currentThread.value.messages, message.id);
  if (branches.length < 2) return null;
  const index = branches.findIndex((branch) => branch.id === message.id);
  const go = (step: number): void => {
    if (!currentId.value) return;
    haptic("selection");
    // Below it there is another conversation: its end is not what is wanted.
    stopFollowing();
    chooseBranch(currentId.value, message.id, step);
  };
  const count = { n: formatNumber(index + 1), of: formatNumber(branches.length) };
  return (
    <span class="pager" role="group" aria-label={t("app.branches")}>
      <IconButton
        icon="back"
        label={t("app.branches.before")}
        disabled={busy.value || index === 0}
        onClick={() => go(-1)}
      />
      <span>{t("app.branches.count", count)}</span>
      <IconButton
        icon="next"
        label={t("app.branches.after")}
        disabled={busy.value || index === branches.length - 1}
        onClick={() => go(1)}
      />
    </span>
  );
}

/** Shares an answer and its question by a public link. */
function ShareButton({ message }: { message: ChatMessage }) {
  const { id: lastId, parentId } = message;
  if (!isOn("sharing")) return null;
  const share = (): void => {
    const conversationId = currentId.value;
    if (!conversationId) return;
    openScreen({
      name: "share",
      conversationId,
      lastId,
      ...(parentId ? { firstId: parentId } : {}),
    });
  };
  return (
    <IconButton icon="share" label={t("app.share.answer")} disabled={busy.value} onClick={share} />
  );
}

/** Deletes a message and what followed it. */
export function DeleteButton({ message }: { message: ChatMessage }) {
  const remove = (): void => {
    if (!currentId.value) return;
    haptic("warning");
    void deleteMessage(currentId.value, message.id);
  };
  return (
    <IconButton
      icon="trash"
      class="danger"
      label={t("app.delete.message")}
      disabled={busy.value}
      onClick={remove}
    />
  );
}

/** Compares the versions of an answer; if there is only one, asks another model first. */
function BesideButton({ message }: { message: ChatMessage }) {
  const { id: messageId, parentId: questionId } = message;
  if (!questionId) return null;
  const several = siblings(currentThread.value.messages, messageId).length > 1;
  const open = (): void =>
    several
      ? openScreen({ name: "compare", questionId })
      : openScreen({ name: "models", use: "beside", messageId });
  return <IconButton icon="beside" label={t("app.compare")} disabled={busy.value} onClick={open} />;
}

/** The buttons under a finished answer. */
export function AnswerActions({ message }: { message: ChatMessage }) {
  const listens = listeningTo.value === message.id;
  return (
    <div class="actions">
      <Pager message={message} />
      {message.text && <CopyButton text={putBack(message.text)} />}
      <IconButton
        icon="again"
        label={t("app.regenerate")}
        disabled={busy.value}
        onClick={() => regenerateAnswer(message.id)}
      />
      {listens && <ListenButton messageId={message.id} />}
      <Menu label={t("app.more")}>
        {message.text && !listens && <ListenButton messageId={message.id} />}
        {message.text && <TasksButton text={message.text} />}
        {message.text && <CheckButton messageId={message.id} label={t("app.check")} />}
        <IconButton
          icon="models"
          label={t("app.regenerate.other")}
          disabled={busy.value}
          onClick={() => openScreen({ name: "models", use: "again", messageId: message.id })}
        />
        <BesideButton message={message} />
        <IconButton
          icon="receipt"
          label={t("app.receipts")}
          onClick={() => openScreen({ name: "receipts", messageId: message.id })}
        />
        {message.text && (
          <IconButton
            icon="flag"
            label={t("app.feedback")}
            onClick={() => openScreen({ name: "feedback", messageId: message.id })}
          />
        )}
        {!isTemporary.value && <ShareButton message={message} />}
        <DeleteButton message={message} />
      </Menu>
      <Byline message={message} />
    </div>
  );
}

/** The model that answered; fallbacks and small models are marked. */
function Byline({ message }: { message: ChatMessage }) {
  const { modelId, modelName, fallback } = message;
  if (!modelName) return null;
  const small = models.value.some((model) => model.id === modelId && model.small);
  const key = fallback ? "app.answer.fallback" : small ? "app.answer.small" : "app.answer.by";
  return <span class="byline">{t(key, { model: modelName })}</span>;
}
