// Tasks for an existing text: make it shorter, friendlier, or translate it.

import { sendMessage } from "../../actions/messages.ts";
import { haptic } from "../../bridge/index.ts";
import { t, tasks } from "../../i18n/index.ts";
import { closeScreen, openedScreen } from "../../state/navigation.ts";
import { takesLanguage, taskOptions } from "../../state/question-options.ts";
import { LanguagePicker } from "../composer/language-picker.tsx";
import { scrollToEnd } from "../ui/scroll.ts";
import { Sheet } from "../ui/sheet.tsx";

/** The words alone: marks of Markdown and numbers of sources say nothing here. */
const plainWords = (text: string): string =>
  text
    .replace(/ ?\[\[\d+\]\]\([^)]*\)/g, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`#>|]+/g, "");

export function TasksSheet() {
  const screen = openedScreen("tasks");
  if (!screen) return null;
  const pick = (task: string): void => {
    haptic("selection");
    closeScreen("tasks");
    sendMessage(screen.text, undefined, taskOptions(task));
    scrollToEnd();
  };
  return (
    <Sheet title={t("app.tasks")} onClose={() => closeScreen("tasks")}>
      <p class="sheet-word excerpt" dir="auto">
        {plainWords(screen.text).slice(0, 200)}
      </p>
      <div class="choices">
        {tasks()
          .filter(({ inSheet }) => inSheet)
          .map(({ name }) =>
            takesLanguage(name) ? (
              <div class="choice into" key={name}>
                <button type="button" class="text-button" onClick={() => pick(name)}>
                  {t(`app.task.${name}`)}
                </button>
                <LanguagePicker />
              </div>
            ) : (
              <button type="button" class="choice" key={name} onClick={() => pick(name)}>
                <span class="choice-name">{t(`app.task.${name}`)}</span>
              </button>
            ),
          )}
      </div>
    </Sheet>
  );
}
