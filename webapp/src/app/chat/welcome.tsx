// An empty chat: a greeting, what a small model answers well, and the tasks that the server's prompts
// name as starters. The server renders the same in the shell.
import { whenDeferred } from "../../actions/deferred-actions.ts";
import { haptic } from "../../bridge/index.ts";
import { questions, starters, t } from "../../i18n/index.ts";
import { pickedTask } from "../../state/question-options.ts";
import { activeModel } from "../../state/store.ts";
import { focusComposer } from "../composer/composer-text.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { Mark } from "../ui/mark.tsx";

function begin(task: string): void {
  haptic("selection");
  pickedTask.value = task;
  focusComposer();
}

function ask(question: string): void {
  haptic("light");
  whenDeferred(({ sendMessage }) => sendMessage(question));
}

export function Welcome() {
  const offered = (activeModel.value?.small ?? true) ? questions() : [];
  return (
    <div class="welcome">
      <Mark />
      <h2 class="welcome-title">{t("app.welcome.title")}</h2>
      <p class="welcome-word">{t(offered.length ? "app.welcome.small" : "app.welcome.word")}</p>
      {offered.length > 0 && (
        <div class="questions" lang="en" dir="ltr">
          {offered.map((question) => (
            <button type="button" class="question" key={question} onClick={() => ask(question)}>
              {question}
            </button>
          ))}
        </div>
      )}
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
