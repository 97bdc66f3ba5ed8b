// A chat with nothing in it: a greeting, and four tasks to start with. The server renders the
// same in the shell.
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { pickedTask } from "../state/asking.ts";
import { focusComposer } from "./compose.ts";
import { Icon, type IconName } from "./icons.tsx";

const STARTS: readonly (readonly [string, IconName])[] = [
  ["explain", "bulb"],
  ["write", "edit"],
  ["summarise", "plan"],
  ["translate", "globe"],
];

function begin(task: string): void {
  haptic("selection");
  pickedTask.value = task;
  focusComposer();
}

export function Welcome() {
  return (
    <div class="welcome">
      <h2 class="welcome-title">{t("app.welcome.title")}</h2>
      <p class="welcome-word">{t("app.welcome.word")}</p>
      <div class="starts">
        {STARTS.map(([key, icon]) => (
          <button type="button" class="start" key={key} onClick={() => begin(key)}>
            <Icon name={icon} />
            <span>
              <span class="start-title">{t(`app.start.${key}.title`)}</span>
              <span class="start-word">{t(`app.start.${key}.word`)}</span>
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
