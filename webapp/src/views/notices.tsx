// Which of the messages that the bot sends by itself a person wants.
import { useEffect, useState } from "preact/hooks";
import type { Notice } from "../api/index.ts";
import { t } from "../i18n.ts";
import { attempt } from "../state/failure.ts";
import { notice } from "../state/actions/notice.ts";
import { more } from "../state/more.ts";
import { Switch } from "./switch.tsx";

export function Notices() {
  const [items, tell] = useState<readonly Notice[]>([]);
  useEffect(() => {
    // Without a network the section is left out; the next visit asks again.
    void attempt(() => more().notices(), () => undefined).then((found) => found && tell(found.items));
  }, []);
  const change = async (kind: string, wanted: boolean): Promise<void> => {
    const before = items;
    tell(items.map((one) => (one.kind === kind ? { ...one, wanted } : one)));
    const now = await attempt(() => more().wantNotice(kind, wanted), notice);
    tell(now?.items ?? before);
  };
  if (items.length === 0) return null;
  return (
    <section class="section">
      <h2 class="section-title">{t("app.settings.notices")}</h2>
      <div class="card">
        {items.map(({ kind, name, wanted }) => (
          <Switch key={kind} name={name} on={wanted} onChange={(on) => void change(kind, on)} />
        ))}
      </div>
      <p class="section-word">{t("app.settings.notices.word")}</p>
    </section>
  );
}
