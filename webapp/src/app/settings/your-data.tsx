// The person's data: how long it is kept, exporting it, deleting the account, and open sessions.
import { useState } from "preact/hooks";
import { loadList } from "../../actions/conversations.ts";
import { saveSettings, settings } from "../../actions/settings.ts";
import { showToast } from "../../actions/toast.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { haptic } from "../../bridge/index.ts";
import { openLink } from "../../bridge/links.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { isOn, me } from "../../state/store.ts";
import { chooseFile } from "../ui/choose-file.ts";
import { formatNumbers } from "../ui/money.ts";
import { Row, Section } from "../ui/row.tsx";
import { OpenSessions, SignOut } from "./open-sessions.tsx";
import { SharedLinks } from "./shared-links.tsx";

const CHOICES = [null, 365, 30, 1] as const;

type Days = (typeof CHOICES)[number];

export function YourData() {
  const kept = me.value?.settings.retentionDays ?? null;
  const keep = (retentionDays: Days): void => {
    haptic("selection");
    void saveSettings({ retentionDays });
  };
  return (
    <div class="screen">
      <section class="section">
        <h2 class="section-title">{t("app.data.kept")}</h2>
        <div class="card" role="radiogroup" aria-label={t("app.data.kept")}>
          {CHOICES.map((days) => (
            <label class="field" key={days}>
              <span class="field-words">
                <span class="field-name">{t(`app.data.kept.${days ?? "always"}`)}</span>
              </span>
              <input
                type="radio"
                name="retention"
                class="pick"
                checked={days === kept}
                onChange={() => keep(days)}
              />
            </label>
          ))}
        </div>
        <p class="section-word">{t("app.data.kept.word")}</p>
      </section>
      <Section word={t("app.data.copy.word")}>
        <Row name={t("app.data.copy")} onClick={() => void getCopy()} />
        <ImportRow />
      </Section>
      <Section word={t("app.accesses.short")}>
        <Row name={t("app.accesses.title")} opens={{ name: "accesses" }} />
      </Section>
      {isOn("sharing") && <SharedLinks />}
      <OpenSessions />
      <SignOut />
      <Section word={t("app.data.erase.word")}>
        <Row danger name={t("app.data.erase")} onClick={() => void askErasure()} />
      </Section>
    </div>
  );
}

function ImportRow() {
  const [waits, wait] = useState(false);
  const bring = async (file: File): Promise<void> => {
    wait(true);
    const done = await attempt(() => settings().importCopy(file), showToast);
    wait(false);
    if (!done) return;
    haptic("success");
    const { conversations, messages, files } = done;
    showToast({
      title: t("app.data.import.done"),
      detail: t("app.data.import.added", formatNumbers({ conversations, messages, files })),
    });
    void loadList();
  };
  return (
    <Row
      name={t("app.data.import")}
      waits={waits}
      onClick={() => chooseFile(".zip,application/zip", (file) => void bring(file))}
    />
  );
}

/** The browser saves the file: not every client lets a Mini App do it. */
async function getCopy(): Promise<void> {
  const link = await attempt(() => settings().exportLink(), showToast);
  if (link) openLink(link.url);
}

async function askErasure(): Promise<void> {
  const sure = await confirm({
    title: t("app.data.erase"),
    message: t("app.data.erase.ask"),
    yes: t("app.data.erase.on"),
    destructive: true,
  }).catch(() => false);
  if (!sure) return;
  const asked = await attempt(() => settings().askErasure(), showToast);
  if (asked)
    showToast({ title: t("app.data.erase.asked"), detail: t("app.data.erase.asked.word") });
}
