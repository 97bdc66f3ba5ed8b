// A question's purpose: its task, and whether it searched.
import { has, t } from "../../i18n/index.ts";
import type { ChatMessage, QuestionOptions } from "../../state/model.ts";
import { targetLanguageName } from "../composer/language-picker.tsx";

/** The purpose, shown above the question. */
export function QuestionPurpose({ message }: { message: ChatMessage }) {
  const { task, options, searched } = message;
  const known = task && has(`app.task.${task}`) ? t(`app.task.${task}`) : "";
  const into = known && options?.target ? `${known}: ${targetLanguageName(options.target)}` : known;
  const words = [into, searched && t("app.search")].filter(Boolean).join(" · ");
  return words ? <p class="asked">{words}</p> : null;
}

/** The options that a question was sent with. */
export const optionsOf = ({
  task,
  options,
  searched,
  attachments,
}: ChatMessage): QuestionOptions => ({
  ...(task ? { task, options: options ?? {} } : {}),
  search: searched ?? false,
  files: (attachments ?? []).filter(({ kind }) => kind !== "page"),
});
