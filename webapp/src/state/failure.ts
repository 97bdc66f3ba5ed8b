// Errors as the screens show them.
import { ApiError, errorOf } from "../api/index.ts";
import { has, t } from "../i18n/index.ts";
import type { ChatMessage, Failure } from "./model.ts";

/** The failure to show for a thrown value; null if the caller aborted. */
export function failureOf(thrown: unknown): Failure | null {
  const error = errorOf(thrown);
  if (!(error instanceof ApiError)) return null;
  const { code, title, detail, retryAfter, temporary } = error;
  const { provider } = error.details;
  return {
    code,
    title,
    detail,
    ...(temporary ? { temporary } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(code === "consent_needed" && typeof provider === "string" ? { provider } : {}),
  };
}

const REFUSED: readonly string[] = ["question_refused", "answer_withheld"];

/** Whether moderation refused it: a retry would fail again, but the person can appeal. */
export const isRefused = ({ code }: Failure): boolean => REFUSED.includes(code);

/** Runs `work`; failures are passed to `tell` instead of thrown. */
export async function attempt<T>(
  work: () => Promise<T>,
  tell: (failure: Failure) => void,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (failure) tell(failure);
    return undefined;
  }
}

/** A message's failure; a stored one has only its code. */
export function messageFailure(message: ChatMessage): Failure | null {
  if (message.failure) return message.failure;
  const code = message.errorCode;
  if (!code) return null;
  const known = has(`error.${code}.title`) ? code : null;
  const wording = known ? `error.${known}` : "app.answer.failed";
  return { code, title: t(`${wording}.title`), detail: plain(t(`${wording}.detail`)) };
}

/** Empty if the text has placeholders: a stored failure has no values for them. */
const plain = (text: string): string => (/\{\w+\}/.test(text) ? "" : text);
