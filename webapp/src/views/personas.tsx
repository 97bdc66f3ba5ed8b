// Who answers: one of the personas that the server knows.
import { useEffect, useState } from "preact/hooks";
import type { Persona } from "../api/index.ts";
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { saveSettings } from "../state/actions/account.ts";
import { attempt } from "../state/failure.ts";
import { more } from "../state/more.ts";

export function Personas({ chosen }: { chosen: string }) {
  const [items, tell] = useState<readonly Persona[]>([]);
  useEffect(() => {
    // Without a network the section is left out; the next visit asks again.
    void attempt(() => more().personas(), () => undefined).then((found) => found && tell(found.items));
  }, []);
  if (items.length === 0) return null;
  const pick = (personaId: string): void => {
    haptic("selection");
    void saveSettings({ personaId });
  };
  return (
    <section class="section">
      <h2 class="section-title" id="personas">{t("app.settings.persona")}</h2>
      <div class="card" role="radiogroup" aria-labelledby="personas">
        {items.map(({ id, name, description }) => (
          <label class="field" key={id}>
            <span class="field-words">
              <span class="field-name">{name}</span>
              <span class="field-word">{description}</span>
            </span>
            <input type="radio" name="persona" class="pick" checked={id === chosen} onChange={() => pick(id)} />
          </label>
        ))}
      </div>
      <p class="section-word">{t("app.settings.persona.word")}</p>
    </section>
  );
}
