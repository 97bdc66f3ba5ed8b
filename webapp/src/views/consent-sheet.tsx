// Before anything goes to a provider for the first time: who that is, and what becomes of it there.
import { useEffect, useState } from "preact/hooks";
import { haptic } from "../bridge/index.ts";
import { plural, t } from "../i18n.ts";
import type { Consent } from "../api/index.ts";
import { notice } from "../state/actions/notice.ts";
import { retry } from "../state/actions/ask.ts";
import { attempt } from "../state/failure.ts";
import { more } from "../state/more.ts";
import { close, opened } from "../state/nav.ts";
import { currentPath } from "../state/store.ts";
import { Skeleton } from "./parts.tsx";
import { Sheet } from "./sheet.tsx";

const leave = (): void => close("consent");

export function ConsentSheet() {
  const screen = opened("consent");
  const wanted = screen?.provider;
  const [consent, show] = useState<Consent | null>(null);
  useEffect(() => {
    void attempt(() => more().consents(), notice).then((all) => {
      show(all?.items.find(({ provider }) => provider === wanted) ?? null);
    });
  }, [wanted]);
  if (!screen) return null;
  const agree = async (): Promise<void> => {
    const agreed = await attempt(() => more().agree(screen.provider), notice);
    if (!agreed) return;
    haptic("success");
    leave();
    const waits = currentPath.value.find(({ pending }) => pending?.requestId === screen.requestId);
    if (waits) retry(waits);
  };
  return (
    <Sheet title={t("app.consent.title")} onClose={leave}>
      {!consent && <Skeleton lines={4} />}
      {consent && (
        <div class="consent">
          <p>{t("app.consent.word", { name: consent.name })}</p>
          <ul>{policyLines(consent).map((line) => <li key={line}>{line}</li>)}</ul>
          <button type="button" class="main-button" onClick={() => void agree()}>
            {t("app.consent.agree")}
          </button>
          <button type="button" class="text-button" onClick={leave}>{t("app.consent.later")}</button>
        </div>
      )}
    </Sheet>
  );
}

/** What the provider says of requests, a line each; what is not known is said, too. */
export function policyLines({ policy }: Consent): string[] {
  const { region, retentionDays: days, trains } = policy;
  const known = trains === null ? "unknown" : trains ? "yes" : "no";
  return [
    region ? t("app.consent.region", { region }) : "",
    days === null ? t("app.consent.kept.unknown") : days ? plural("app.consent.kept", days) : t("app.consent.kept.none"),
    t(`app.consent.trains.${known}`),
  ].filter(Boolean);
}
