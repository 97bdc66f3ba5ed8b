// A chat with nothing in it: a greeting, and four starts that only want finishing. The server
// renders the same in the shell.
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { compose } from "./compose.ts";
import { Icon, type IconName } from "./icons.tsx";

const STARTS: readonly (readonly [string, IconName])[] = [
  ["explain", "bulb"],
  ["write", "edit"],
  ["plan", "plan"],
  ["translate", "globe"],
];

function begin(key: string): void {
  haptic("selection");
  compose(t(`app.start.${key}.text`));
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
