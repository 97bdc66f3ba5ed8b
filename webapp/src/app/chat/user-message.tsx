// A question: its bubble, editing in place, and whether it was sent.
import { useRef, useState } from "preact/hooks";
import { retryRequest, sendMessage, withdrawRequest } from "../../actions/messages.ts";
import { showNotice } from "../../actions/toast.ts";
import { t } from "../../i18n/index.ts";
import { messageFailure } from "../../state/failure.ts";
import type { ChatMessage, Failure } from "../../state/model.ts";
import { putBack } from "../../state/placeholders.ts";
import { busy } from "../../state/store.ts";
import { compose, lengthOf, MAX_TEXT } from "../composer/composer-text.ts";
import { tooLongWords } from "../composer/text-length.tsx";
import { Remedy, retryCanHelp } from "../premium/remedy.tsx";
import { IconButton, Problem, TextButton } from "../ui/controls.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Icon } from "../ui/icons.tsx";
import { Menu } from "../ui/menu.tsx";
import { scrollToEnd } from "../ui/scroll.ts";
import { growWithText, hasKeyboard } from "../ui/text-input.ts";
import { AgeQuestion } from "./age-question.tsx";
import { Attachments } from "./attachments.tsx";
import { CheckButton, DeleteButton, Pager, TasksButton } from "./message-actions.tsx";
import { optionsOf, QuestionPurpose } from "./question-purpose.tsx";

export function UserMessage({ message }: { message: ChatMessage }) {
  const [editing, edit] = useState(false);
  const { pending, attachments } = message;
  const uploads = attachments?.some(({ uploading }) => uploading);
  const failure = pending?.status === "failed" ? messageFailure(message) : null;
  return (
    <article class={pending ? "message user arrives" : "message user"}>
      <h2 class="sr-only">{t("app.you")}</h2>
      <QuestionPurpose message={message} />
      <Attachments files={message.attachments} />
      {editing ? (
        <Editor message={message} onDone={() => edit(false)} />
      ) : (
        message.text && (
          <div class={message.task ? "bubble worked" : "bubble"} dir="auto">
            {putBack(message.text)}
          </div>
        )
      )}
      {pending?.status === "queued" && (
        <p class="waiting">
          <Icon name="clock" />
          {t(uploads ? "app.send.uploading" : "app.send.queued")}
        </p>
      )}
      {failure && <Failed message={message} failure={failure} />}
      {!pending && !editing && (
        <div class="actions">
          <Menu label={t("app.more")}>
            <CopyButton text={putBack(message.text)} inMenu />
            <TasksButton text={message.text} />
            {message.text && <CheckButton messageId={message.id} label={t("app.check.text")} />}
            <IconButton
              icon="edit"
              label={t("app.edit")}
              disabled={busy.value}
              onClick={() => edit(true)}
            />
            <DeleteButton message={message} />
          </Menu>
          <Pager message={message} />
        </div>
      )}
    </article>
  );
}

function Failed({ message, failure }: { message: ChatMessage; failure: Failure }) {
  return (
    <Problem failure={failure}>
      <Remedy code={failure.code} />
      {failure.code === "age_unknown" && <AgeQuestion message={message} />}
      <TextButton onClick={() => compose(withdrawRequest(message), hasKeyboard())}>
        {t("app.edit")}
      </TextButton>
      {retryCanHelp(failure.code) && (
        <TextButton onClick={() => retryRequest(message)}>{t("app.retry")}</TextButton>
      )}
    </Problem>
  );
}

/** Sends the edited question as another branch; the old one is kept. */
function Editor({ message, onDone }: { message: ChatMessage; onDone: () => void }) {
  const field = useRef<HTMLTextAreaElement | null>(null);
  const ready = (element: HTMLTextAreaElement | null): void => {
    if (!element || field.current === element) return;
    field.current = element;
    growWithText(element);
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  };
  const submit = (): void => {
    const text = field.current?.value.trim() ?? "";
    if (!text || busy.value) return;
    if (lengthOf(text) > MAX_TEXT) return showNotice(tooLongWords());
    onDone();
    if (text === message.text) return;
    sendMessage(text, message.parentId, optionsOf(message));
    scrollToEnd();
  };
  return (
    <form
      class="edit"
      aria-label={t("app.edit")}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onDone();
        const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
        if (!sends || !hasKeyboard()) return;
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        class="composer-text"
        dir="auto"
        rows={1}
        aria-label={t("app.edit")}
        ref={ready}
        onInput={(event) => growWithText(event.currentTarget)}
        defaultValue={message.text}
      />
      <div class="composer-row">
        <TextButton onClick={onDone}>{t("app.cancel")}</TextButton>
        <button type="submit" class="text-button">
          {t("app.composer.send")}
        </button>
      </div>
    </form>
  );
}
