// Choosing the persona that answers.
import { saveSettings, settings } from "../../actions/settings.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { me } from "../../state/store.ts";
import { useLoading } from "../ui/use-loading.tsx";

export function Personas() {
  const { found, instead } = useLoading(settings().personas);
  if (!found) return instead;
  const pick = (personaId: string): void => {
    haptic("selection");
    void saveSettings({ personaId });
  };
  return (
    <div class="screen">
      <section class="section">
        <div class="card" role="radiogroup" aria-label={t("app.personas.title")}>
          {found.items.map(({ id, name, description }) => (
            <label class="field" key={id}>
              <span class="field-words">
                <span class="field-name">{name}</span>
                <span class="field-word">{description}</span>
              </span>
              <input
                type="radio"
                name="persona"
                class="pick"
                checked={id === me.value?.settings.personaId}
                onChange={() => pick(id)}
              />
            </label>
          ))}
        </div>
        <p class="section-word">{t("app.settings.persona.word")}</p>
      </section>
    </div>
  );
}
