// Where the person is signed in, and signing out elsewhere.
import { useEffect, useState } from "preact/hooks";
import { openSession } from "../../actions/account.ts";
import { forgetDevice } from "../../actions/device-copy.ts";
import { settings } from "../../actions/settings.ts";
import { showToast } from "../../actions/toast.ts";
import type { OpenSession } from "../../api/index.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { closeAllScreens } from "../../state/navigation.ts";
import { TextButton } from "../ui/controls.tsx";
import { relativeDate } from "../ui/dates.ts";
import { Row, Section } from "../ui/row.tsx";

export function SignOut() {
  return (
    <Section word={t("app.sessions.endAll.word")}>
      <Row danger name={t("app.sessions.endAll")} onClick={() => void signOutEverywhere()} />
    </Section>
  );
}

export function OpenSessions() {
  const [items, tell] = useState<readonly OpenSession[]>([]);
  useEffect(() => {
    // Offline the section is omitted; the next visit tries again.
    void attempt(
      () => settings().sessions(),
      () => undefined,
    ).then((found) => found && tell(found.items));
  }, []);
  if (items.length === 0) return null;
  const end = async (id: string): Promise<void> => {
    const ended = await attempt(async () => {
      await settings().endSession(id);
      return true;
    }, showToast);
    if (!ended) return;
    haptic("success");
    tell(items.filter((one) => one.id !== id));
  };
  return (
    <section class="section">
      <h2 class="section-title">{t("app.sessions")}</h2>
      <div class="card">
        {items.map((one) => (
          <div class="field" key={one.id}>
            <span class="field-words">
              <span class="field-name">{t(`app.sessions.${one.device ?? "unknown"}`)}</span>
              <span class="field-word">
                {one.current ? t("app.sessions.this") : relativeDate(one.createdAt, new Date())}
              </span>
            </span>
            {!one.current && (
              <TextButton danger onClick={() => void end(one.id)}>
                {t("app.sessions.end")}
              </TextButton>
            )}
          </div>
        ))}
      </div>
      <p class="section-word">{t("app.sessions.word")}</p>
    </section>
  );
}

async function signOutEverywhere(): Promise<void> {
  const sure = await confirm({
    title: t("app.sessions.endAll"),
    message: t("app.sessions.endAll.ask"),
    yes: t("app.sessions.endAll.yes"),
    destructive: true,
  }).catch(() => false);
  if (!sure) return;
  const done = await attempt(async () => {
    await settings().signOutEverywhere();
    return true;
  }, showToast);
  if (!done) return;
  await forgetDevice().catch(() => undefined);
  closeAllScreens();
  // The server refuses this request, and the app shows what to do next.
  await openSession();
}
