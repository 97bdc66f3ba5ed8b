// What can be made of a text that is there already: shorter, friendlier, in another language.
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { send } from "../state/actions/ask.ts";
import { howTo } from "../state/asking.ts";
import { close, opened } from "../state/nav.ts";
import { holdEnd } from "./follow.ts";
import { Icon } from "./icons.tsx";
import { Sheet } from "./sheet.tsx";
import { TonguePicker } from "./tongues.tsx";

const TASKS = ["rewrite_shorter", "rewrite_friendlier", "rewrite_formal", "summarise", "explain", "reply_suggestions"];

export function TasksSheet() {
  const screen = opened("tasks");
  if (!screen) return null;
  const pick = (task: string): void => {
    haptic("selection");
    close("tasks");
    send(screen.text, undefined, howTo(task));
    holdEnd();
  };
  return (
    <Sheet title={t("app.tasks")} onClose={() => close("tasks")}>
      <p class="sheet-word excerpt" dir="auto">{screen.text.slice(0, 200)}</p>
      <div class="choices">
        {TASKS.map((task) => (
          <button type="button" class="choice" key={task} onClick={() => pick(task)}>
            <span class="choice-name">{t(`app.task.${task}`)}</span>
          </button>
        ))}
        <div class="choice into">
          <button type="button" class="text-button" onClick={() => pick("translate")}>
            <Icon name="globe" />
            {t("app.task.translate")}
          </button>
          <TonguePicker />
        </div>
      </div>
    </Sheet>
  );
}
