// How a question is asked: in the composer, a word that can be taken away again; above a question
// that was asked, what it was for.
import { has, t } from "../i18n.ts";
import { pickedTask, type How } from "../state/asking.ts";
import type { ChatMessage } from "../state/model.ts";
import { focusComposer } from "./compose.ts";
import { IconButton } from "./parts.tsx";
import { TonguePicker, tongueName } from "./tongues.tsx";

/** The task that the composer's text is for. */
export function PickedTask() {
  const picked = pickedTask.value;
  if (!picked) return null;
  const drop = (): void => {
    pickedTask.value = null;
    focusComposer();
  };
  return (
    <div class="how">
      <span>{t(`app.task.${picked}`)}</span>
      {picked === "translate" && <TonguePicker />}
      <IconButton icon="close" label={t("app.task.drop")} onClick={drop} />
    </div>
  );
}

/** What a question was for, above it. */
export function Asked({ message }: { message: ChatMessage }) {
  const { task, options, searched } = message;
  const known = task && has(`app.task.${task}`) ? t(`app.task.${task}`) : "";
  const into = known && options?.target ? `${known}: ${tongueName(options.target)}` : known;
  const words = [into, searched && t("app.search")].filter(Boolean).join(" · ");
  return words ? <p class="asked">{words}</p> : null;
}

/** How a question was asked before. */
export const howOf = ({ task, options, searched, attachments }: ChatMessage): How => ({
  ...(task ? { task, options: options ?? {} } : {}),
  search: searched ?? false,
  files: (attachments ?? []).filter(({ kind }) => kind !== "page"),
});
