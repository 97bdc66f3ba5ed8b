// An answer: what it is doing, its thinking, its text, its sources, and how it ended.

import {
  continueAnswer,
  regenerateAnswer,
  retryRequest,
  withdrawRequest,
} from "../../actions/messages.ts";
import { t } from "../../i18n/index.ts";
import { isRefused, messageFailure } from "../../state/failure.ts";
import type { ChatMessage, Failure } from "../../state/model.ts";
import { openScreen } from "../../state/navigation.ts";
import { busy } from "../../state/store.ts";
import { Remedy, retryCanHelp } from "../premium/remedy.tsx";
import { Problem, TextButton } from "../ui/controls.tsx";
import { AgeQuestion } from "./age-question.tsx";
import { Answer } from "./answer.tsx";
import { Attachments, UnreadPages } from "./attachments.tsx";
import { AnswerActions } from "./message-actions.tsx";
import { Sources } from "./sources.tsx";
import { Status } from "./status.tsx";
import { Thought } from "./thought.tsx";
import { TopicNotice } from "./topic-notice.tsx";

export function AssistantMessage({ message }: { message: ChatMessage }) {
  const { pending, state, runId } = message;
  const waits = pending !== undefined && pending.status !== "failed";
  const writes = waits || state === "running";
  return (
    <article class="message assistant" aria-busy={writes}>
      <h2 class="sr-only">{t("app.name")}</h2>
      <Thought message={message} />
      {(message.text || state === "running") && <Answer message={message} />}
      <Attachments files={message.attachments} />
      <UnreadPages runId={runId} />
      {writes && <Status runId={waits ? null : runId} />}
      <Sources citations={message.citations} />
      <TopicNotice messageId={message.id} />
      <Outcome message={message} />
      {!writes && !pending && <AnswerActions message={message} />}
    </article>
  );
}

/** How an answer ended, if not normally, and the next steps. */
export function Outcome({ message }: { message: ChatMessage }) {
  const failure = messageFailure(message);
  if (message.pending?.status === "failed" && failure) {
    return (
      <Problem failure={failure}>
        <Remedy code={failure.code} />
        {failure.code === "age_unknown" && <AgeQuestion message={message} />}
        {message.id.startsWith("pending:") && (
          <TextButton onClick={() => withdrawRequest(message)}>{t("app.dismiss")}</TextButton>
        )}
        {retryCanHelp(failure.code) && (
          <TextButton onClick={() => retryRequest(message)}>{t("app.retry")}</TextButton>
        )}
      </Problem>
    );
  }
  if (message.state === "running") {
    return (
      failure &&
      !message.pending && (
        <Problem failure={failure}>
          <TextButton onClick={() => retryRequest(message)}>{t("app.retry")}</TextButton>
        </Problem>
      )
    );
  }
  if (message.state === "stopped") return <Stopped message={message} />;
  if (message.state === "complete") return null;
  return <Ended message={message} failure={failure} />;
}

/** Stopped by the reader: an unobtrusive "continue" button. */
function Stopped({ message }: { message: ChatMessage }) {
  if (!message.text) return <p class="status">{t("app.answer.stopped")}</p>;
  return (
    <div class="stopped">
      <span>{t("app.answer.stopped")}</span>
      <TextButton disabled={busy.value} onClick={() => continueAnswer(message.id)}>
        {t("app.continue")}
      </TextButton>
    </div>
  );
}

/** Cut off or failed: continue it, or regenerate it. */
function Ended({ message, failure }: { message: ChatMessage; failure: Failure | null }) {
  const { state, text } = message;
  const key = `app.answer.${state}`;
  const words = failure ?? { code: state, title: t(`${key}.title`), detail: t(`${key}.detail`) };
  const goesOn = text && (state === "interrupted" || state === "limited");
  return (
    <Problem failure={words} bad={state === "failed"}>
      {failure && <Remedy code={failure.code} />}
      {failure && isRefused(failure) ? (
        <TextButton onClick={() => openScreen({ name: "appeal", refusalId: message.id })}>
          {t("app.appeal")}
        </TextButton>
      ) : goesOn ? (
        <TextButton disabled={busy.value} onClick={() => continueAnswer(message.id)}>
          {t("app.continue")}
        </TextButton>
      ) : (
        (!failure || retryCanHelp(failure.code)) && (
          <TextButton disabled={busy.value} onClick={() => regenerateAnswer(message.id)}>
            {t("app.retry")}
          </TextButton>
        )
      )}
    </Problem>
  );
}
