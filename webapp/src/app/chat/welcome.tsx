// An empty chat: a greeting, and the tasks that the server's prompts name as starters. The server
// renders the same in the shell.
import { haptic } from "../../bridge/index.ts";
import { starters, t } from "../../i18n/index.ts";
import { pickedTask } from "../../state/question-options.ts";
import { focusComposer } from "../composer/composer-text.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { Mark } from "../ui/mark.tsx";

function begin(task: string): void {
  haptic("selection");
  pickedTask.value = task;
  focusComposer();
}

export function Welcome() {
  return (
    <div class="welcome">
      <Mark />
      <h2 class="welcome-title">{t("app.welcome.title")}</h2>
      <p class="welcome-word">{t("app.welcome.word")}</p>
      <div class="starts">
        {starters().map(({ name, icon }) => (
          <button type="button" class={`start ${name}`} key={name} onClick={() => begin(name)}>
            <Icon name={icon as IconName} />
            <span>
              <span class="start-title">{t(`app.start.${name}.title`)}</span>
              <span class="start-word">{t(`app.start.${name}.word`)}</span>
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
