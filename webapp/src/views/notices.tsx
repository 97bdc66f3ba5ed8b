// Which of the messages that the bot sends by itself a person wants.
import { useEffect, useState } from "preact/hooks";
import type { Notice } from "../api/index.ts";
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { attempt } from "../state/failure.ts";
import { notice } from "../state/actions/notice.ts";
import { tools } from "../state/tools.ts";

export function Notices() {
  const [items, tell] = useState<readonly Notice[]>([]);
  useEffect(() => {
    // Without a network the section is left out; the next visit asks again.
    void attempt(() => tools().api.notices(), () => undefined).then((found) => found && tell(found.items));
  }, []);
  const change = async (kind: string, wanted: boolean): Promise<void> => {
    haptic("selection");
    const before = items;
    tell(items.map((one) => (one.kind === kind ? { ...one, wanted } : one)));
    const now = await attempt(() => tools().api.wantNotice(kind, wanted), notice);
    tell(now?.items ?? before);
  };
  if (items.length === 0) return null;
  return (
    <section class="section">
      <h2 class="section-title">{t("app.settings.notices")}</h2>
      <div class="card">
        {items.map(({ kind, name, wanted }) => (
          <label class="field" key={kind}>
            <span class="field-words"><span class="field-name">{name}</span></span>
            <input
              type="checkbox"
              role="switch"
              class="switch"
              checked={wanted}
              onChange={(event) => void change(kind, event.currentTarget.checked)}
            />
          </label>
        ))}
      </div>
      <p class="section-word">{t("app.settings.notices.word")}</p>
    </section>
  );
}
