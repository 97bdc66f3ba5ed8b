// What can be done with a message: copy it, page through its variants, have another one made.
import { useEffect, useState } from "preact/hooks";
import { haptic } from "../bridge/index.ts";
import { formatNumber, t } from "../i18n.ts";
import { regenerate } from "../state/actions/ask.ts";
import { chooseBranch } from "../state/actions/conversations.ts";
import { notice } from "../state/actions/notice.ts";
import type { ChatMessage } from "../state/model.ts";
import { open } from "../state/nav.ts";
import { announcement, busy, currentId, currentThread, models } from "../state/store.ts";
import { siblings } from "../state/tree.ts";
import { copyText } from "../markdown/copy.ts";
import { IconButton } from "./parts.tsx";

const SHOWN = 1_600;

export function CopyButton({ text }: { text: string }) {
  const [done, tell] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => tell(false), SHOWN);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text))) {
      return notice({ title: t("app.copy.failed.title"), detail: t("app.copy.failed.detail") });
    }
    haptic("light");
    announcement.value = t("app.copy.done");
    tell(true);
  };
  return (
    <IconButton
      icon={done ? "check" : "copy"}
      class={done ? "done" : ""}
      label={t(done ? "app.copy.done" : "app.copy")}
      onClick={() => void copy()}
    />
  );
}

/** What else can be made of a message, or of the part of it that is selected. */
export function TasksButton({ text }: { text: string }) {
  const offer = (event: MouseEvent): void => {
    const message = (event.currentTarget as Element).closest(".message");
    const selection = getSelection();
    const own = selection?.anchorNode && message?.contains(selection.anchorNode);
    open({ name: "tasks", text: (own && selection.toString().trim()) || text });
  };
  return <IconButton icon="wand" label={t("app.tasks")} disabled={busy.value} onClick={offer} />;
}

/** ‹ 2 / 3 ›: the variants of a message. */
export function Pager({ message }: { message: ChatMessage }) {
  const variants = siblings(currentThread.value.messages, message.id);
  if (variants.length < 2) return null;
  const index = variants.findIndex((variant) => variant.id === message.id);
  const go = (step: number): void => {
    if (!currentId.value) return;
    haptic("selection");
    chooseBranch(currentId.value, message.id, step);
  };
  const count = { n: formatNumber(index + 1), of: formatNumber(variants.length) };
  return (
    <span class="pager" role="group" aria-label={t("app.variants")}>
      <IconButton icon="back" label={t("app.variants.before")} disabled={busy.value || index === 0} onClick={() => go(-1)} />
      <span>{t("app.variants.count", count)}</span>
      <IconButton icon="next" label={t("app.variants.after")} disabled={busy.value || index === variants.length - 1} onClick={() => go(1)} />
    </span>
  );
}

/** Under a finished answer. */
export function AnswerActions({ message }: { message: ChatMessage }) {
  return (
    <div class="actions">
      <Pager message={message} />
      {message.text && <CopyButton text={message.text} />}
      {message.text && <TasksButton text={message.text} />}
      <IconButton icon="again" label={t("app.regenerate")} disabled={busy.value} onClick={() => regenerate(message.id)} />
      <IconButton
        icon="models"
        label={t("app.regenerate.other")}
        disabled={busy.value}
        onClick={() => open({ name: "models", use: "again", messageId: message.id })}
      />
      <Byline message={message} />
    </div>
  );
}

/** Who answered; a stand-in and a small model are named as such. */
function Byline({ message }: { message: ChatMessage }) {
  const { modelId, modelName, fallback } = message;
  if (!modelName) return null;
  const small = models.value.some((model) => model.id === modelId && model.small);
  const key = fallback ? "app.answer.fallback" : small ? "app.answer.small" : "app.answer.by";
  return <span class="byline">{t(key, { model: modelName })}</span>;
}
