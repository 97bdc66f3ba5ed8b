// The second line of a row in the list: the draft written there, or the last message.
import { services } from "../../actions/services.ts";
import { t } from "../../i18n/index.ts";
import { isTemporaryId } from "../../state/chat-mode.ts";
import type { Conversation } from "../../state/model.ts";
import { type LastMessage, oneLine, plainLine, unsettled } from "../../state/preview.ts";
import { threads } from "../../state/store.ts";
import { useSelect } from "../ui/use-select.ts";

interface PreviewProps {
  conversation: Conversation;
  /** The open chat's draft is in the composer. */
  isCurrent: boolean;
}

export function Preview({ conversation: { id, preview }, isCurrent }: PreviewProps) {
  const here = useSelect(() => unsettled(threads.value[id]), [id]);
  const draft = isCurrent ? "" : oneLine(services().drafts.read(id));
  const last: LastMessage | null | undefined = here ?? preview;
  if (draft) return <Line label="draft" text={draft} />;
  if (!last) return <Line text="" />;
  if (last.role === "assistant" && last.state === "running" && !last.failure)
    return <Line label="writing" text="" />;
  const words = wordsOf(last, isTemporaryId(id));
  return last.role === "user" && words ? <Line label="you" text={words} /> : <Line text={words} />;
}

/** Nothing of what was said in a temporary chat is shown outside of it. */
function wordsOf({ role, state, text, failure, attachments }: LastMessage, hidden: boolean) {
  if (role === "user") return hidden ? "" : oneLine(text) || attachments?.[0]?.name || "";
  if (failure) return failure.title;
  if (state !== "complete" && !text) return t(`app.answer.${state}`);
  return hidden ? "" : plainLine(text) || t("app.attach.picture");
}

/** The words have their own direction: they are cut off at their end. */
function Line({ label, text }: { label?: "you" | "draft" | "writing"; text: string }) {
  return (
    <span class="row-preview">
      {label && <span class={`row-${label}`}>{t(`app.chats.${label}`)} </span>}
      <span class="row-words" dir="auto">
        {text}
      </span>
    </span>
  );
}
