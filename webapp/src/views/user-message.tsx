// A question: a bubble, with editing in its place and what became of sending it.
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { retry, send, withdraw } from "../state/actions/ask.ts";
import { messageFailure } from "../state/failure.ts";
import type { ChatMessage, Failure } from "../state/model.ts";
import { open } from "../state/nav.ts";
import { busy } from "../state/store.ts";
import { Attachments } from "./attach.tsx";
import { compose, fit, hasKeyboard } from "./compose.ts";
import { CopyButton, Pager, TasksButton } from "./actions.tsx";
import { holdEnd } from "./follow.ts";
import { Asked, howOf } from "./how.tsx";
import { Icon } from "./icons.tsx";
import { IconButton, Trouble, Way } from "./parts.tsx";

/** Failures that paying ends. */
export const sells = (code: string): boolean =>
  ["quota_exhausted", "payment_required", "plan_required", "model_not_in_plan", "search_not_in_plan", "images_not_in_plan"].includes(code);

/** The way to what ends a failure: the plans, or one's own spending cap. */
export function Remedy({ code }: { code: string }) {
  if (sells(code)) {
    return <Way onClick={() => open({ name: "plans", reason: code })}>{t("app.quota.more")}</Way>;
  }
  if (code !== "spending_cap_reached" && code !== "model_price_unknown") return null;
  return <Way onClick={() => open({ name: "usage" })}>{t("app.usage.cap.see")}</Way>;
}

export function UserMessage({ message }: { message: ChatMessage }) {
  const [editing, edit] = useState(false);
  const { pending } = message;
  const failure = pending?.status === "failed" ? messageFailure(message) : null;
  return (
    <article class={pending ? "message user arrives" : "message user"}>
      <h2 class="sr-only">{t("app.you")}</h2>
      <Asked message={message} />
      <Attachments files={message.attachments} />
      {editing ? (
        <Editor message={message} onDone={() => edit(false)} />
      ) : (
        message.text && <div class={message.task ? "bubble worked" : "bubble"} dir="auto">{message.text}</div>
      )}
      {pending?.status === "queued" && (
        <p class="waiting"><Icon name="clock" />{t("app.send.queued")}</p>
      )}
      {failure && <Failed message={message} failure={failure} />}
      {!pending && !editing && (
        <div class="actions">
          <span class="quiet"><CopyButton text={message.text} /></span>
          <span class="quiet"><TasksButton text={message.text} /></span>
          <span class="quiet">
            <IconButton icon="edit" label={t("app.edit")} disabled={busy.value} onClick={() => edit(true)} />
          </span>
          <Pager message={message} />
        </div>
      )}
    </article>
  );
}

function Failed({ message, failure }: { message: ChatMessage; failure: Failure }) {
  return (
    <Trouble failure={failure}>
      <Remedy code={failure.code} />
      <Way onClick={() => compose(withdraw(message), hasKeyboard())}>{t("app.edit")}</Way>
      <Way onClick={() => retry(message)}>{t("app.retry")}</Way>
    </Trouble>
  );
}

/** Sends a changed question beside the old one: another branch, nothing is lost. */
function Editor({ message, onDone }: { message: ChatMessage; onDone: () => void }) {
  const field = useRef<HTMLTextAreaElement | null>(null);
  const ready = (element: HTMLTextAreaElement | null): void => {
    if (!element || field.current === element) return;
    field.current = element;
    fit(element);
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  };
  const submit = (): void => {
    const text = field.current?.value.trim() ?? "";
    if (!text || busy.value) return;
    onDone();
    if (text === message.text) return;
    send(text, message.parentId, howOf(message));
    holdEnd();
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
        onInput={(event) => fit(event.currentTarget)}
        defaultValue={message.text}
      />
      <div class="composer-row">
        <Way onClick={onDone}>{t("app.cancel")}</Way>
        <button type="submit" class="text-button">{t("app.composer.send")}</button>
      </div>
    </form>
  );
}
