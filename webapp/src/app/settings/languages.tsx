// The language of the app and the bot: Telegram's, or one chosen here.
import { chooseLanguage } from "../../actions/settings.ts";
import { haptic } from "../../bridge/index.ts";
import { languages, t } from "../../i18n/index.ts";
import { me } from "../../state/store.ts";

export function Languages() {
  const chosen = me.value?.settings.language ?? null;
  const choice = (tag: string | null, name: string) => (
    <label class="field" key={tag}>
      <span class="field-words">
        <span class="field-name">
          <bdi {...(tag && { lang: tag })}>{name}</bdi>
        </span>
      </span>
      <input
        type="radio"
        name="language"
        class="pick"
        checked={tag === chosen}
        onChange={() => {
          haptic("selection");
          void chooseLanguage(tag);
        }}
      />
    </label>
  );
  return (
    <div class="screen">
      <section class="section">
        <div class="card" role="radiogroup" aria-label={t("app.language.title")}>
          {choice(null, t("app.language.telegram"))}
          {languages().map(({ tag, name }) => choice(tag, name))}
        </div>
        <p class="section-word">{t("app.language.word")}</p>
      </section>
    </div>
  );
}
