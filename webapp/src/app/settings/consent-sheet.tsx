// Asks for consent before the first request to a provider: its name and data policy.
import { useEffect, useState } from "preact/hooks";
import { retryDictation } from "../../actions/dictation.ts";
import { retryAfterConsent } from "../../actions/messages.ts";
import { settings } from "../../actions/settings.ts";
import { showToast } from "../../actions/toast.ts";
import type { Consent } from "../../api/index.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { closeScreen, openedScreen } from "../../state/navigation.ts";
import { Skeleton } from "../ui/controls.tsx";
import { dateOrNothing } from "../ui/dates.ts";
import { MainButton } from "../ui/main-button.tsx";
import { policyLines } from "../ui/policy-lines.ts";
import { Sheet } from "../ui/sheet.tsx";

const leave = (): void => closeScreen("consent");

export function ConsentSheet() {
  const screen = openedScreen("consent");
  const wanted = screen?.provider;
  const [consent, show] = useState<Consent | null>(null);
  useEffect(() => {
    void attempt(() => settings().consents(), showToast).then((all) => {
      show(all?.items.find(({ provider }) => provider === wanted) ?? null);
    });
  }, [wanted]);
  if (!screen) return null;
  const agree = async (): Promise<void> => {
    const agreed = await attempt(() => settings().agree(screen.provider), showToast);
    if (!agreed) return;
    haptic("success");
    leave();
    void retryAfterConsent(screen.provider);
    void retryDictation();
  };
  return (
    <Sheet title={t("app.consent.title")} onClose={leave}>
      {!consent && <Skeleton lines={4} />}
      {consent && (
        <div class="consent">
          <p>{t("app.consent.word", { name: consent.name })}</p>
          <ul>
            {[...policyLines(consent), ...sourceLines(consent)].map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <MainButton onClick={() => void agree()}>{t("app.consent.agree")}</MainButton>
          <button type="button" class="text-button" onClick={leave}>
            {t("app.consent.later")}
          </button>
        </div>
      )}
    </Sheet>
  );
}

/** Whether the policy changed since they agreed, and its source and date. */
export function sourceLines({ changed, stale, sources, readOn }: Consent): string[] {
  return [
    changed ? t("app.consent.changed") : "",
    readOn
      ? t("app.consent.source", { date: dateOrNothing(readOn), sources: sources.join(" ") })
      : "",
    stale ? t("app.consent.stale") : "",
  ].filter(Boolean);
}
