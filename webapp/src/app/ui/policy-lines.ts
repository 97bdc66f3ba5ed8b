// A provider's data policy in words.
import type { Consent } from "../../api/index.ts";
import { has, plural, t } from "../../i18n/index.ts";

/** A line for each statement of the policy, including those that are not known. */
export function policyLines({ policy }: Pick<Consent, "policy">): string[] {
  const { region, retentionDays: days, trains } = policy;
  const known = trains === null ? "unknown" : trains ? "yes" : "no";
  return [
    region ? t("app.consent.region", { region: placeName(region) }) : "",
    days === null
      ? t("app.consent.kept.unknown")
      : days
        ? plural("app.consent.kept", days)
        : t("app.consent.kept.none"),
    t(`app.consent.trains.${known}`),
  ].filter(Boolean);
}

/** The catalog's country in the reader's language; an operator's own text unchanged. */
export function placeName(region: string): string {
  const key = `app.region.${region.toLowerCase().replaceAll(" ", "_")}`;
  return has(key) ? t(key) : region;
}
