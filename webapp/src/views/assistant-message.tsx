// An answer: what it is doing, its thinking, its text, its sources, and how it ended.
import { t } from "../i18n.ts";
import { continueAnswer, regenerate, retry, withdraw } from "../state/actions/ask.ts";
import { messageFailure } from "../state/failure.ts";
import type { ChatMessage, Failure } from "../state/model.ts";
import { busy } from "../state/store.ts";
import { AnswerActions } from "./actions.tsx";
import { Answer } from "./answer.tsx";
import { Attachments, UnreadPages } from "./attach.tsx";
import { Trouble, Way } from "./parts.tsx";
import { Reasoning } from "./reasoning.tsx";
import { Sources } from "./sources.tsx";
import { Status } from "./status.tsx";
import { Remedy } from "./user-message.tsx";

export function AssistantMessage({ message }: { message: ChatMessage }) {
  const { pending, state, runId } = message;
  const waits = pending !== undefined && pending.status !== "failed";
  const writes = waits || state === "running";
  return (
    <article class="message assistant" aria-busy={writes}>
      <h2 class="sr-only">{t("app.name")}</h2>
      <Reasoning runId={runId} />
      {(message.text || state === "running") && <Answer message={message} />}
      <Attachments files={message.attachments} />
      <UnreadPages runId={runId} />
      {writes && <Status runId={waits ? null : runId} />}
      <Sources citations={message.citations} />
      <Outcome message={message} />
      {!writes && !pending && <AnswerActions message={message} />}
    </article>
  );
}

/** How an answer ended, if not simply well; and how to go on from there. */
function Outcome({ message }: { message: ChatMessage }) {
  const failure = messageFailure(message);
  if (message.pending?.status === "failed" && failure) {
    return (
      <Trouble failure={failure}>
        <Remedy code={failure.code} />
        {message.id.startsWith("pending:") && (
          <Way onClick={() => withdraw(message)}>{t("app.dismiss")}</Way>
        )}
        <Way onClick={() => retry(message)}>{t("app.retry")}</Way>
      </Trouble>
    );
  }
  if (message.state === "running") {
    return failure && !message.pending && (
      <Trouble failure={failure}><Way onClick={() => retry(message)}>{t("app.retry")}</Way></Trouble>
    );
  }
  if (message.state === "stopped" && !message.text) return <p class="status">{t("app.answer.stopped")}</p>;
  if (message.state === "complete" || message.state === "stopped") return null;
  return <Ended message={message} failure={failure} />;
}

/** Cut off or failed: go on where it stopped, or have it made anew. */
function Ended({ message, failure }: { message: ChatMessage; failure: Failure | null }) {
  const { state, text } = message;
  const key = `app.answer.${state}`;
  const words = failure ?? { code: state, title: t(`${key}.title`), detail: t(`${key}.detail`) };
  const goesOn = text && (state === "interrupted" || state === "limited");
  return (
    <Trouble failure={words} bad={state === "failed"}>
      {failure && <Remedy code={failure.code} />}
      {goesOn ? (
        <Way disabled={busy.value} onClick={() => continueAnswer(message.id)}>{t("app.continue")}</Way>
      ) : (
        <Way disabled={busy.value} onClick={() => regenerate(message.id)}>{t("app.retry")}</Way>
      )}
    </Trouble>
  );
}
