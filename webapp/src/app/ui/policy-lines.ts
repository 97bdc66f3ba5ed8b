// What a provider says of requests, in words.
import type { Consent } from "../../api/index.ts";
import { has, plural, t } from "../../i18n/index.ts";

/** A line for each thing the provider says; what is not known is said, too. */
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

/** The catalog's name of a place in the reader's language; an operator's own one as it is. */
export function placeName(region: string): string {
  const key = `app.region.${region.toLowerCase().replaceAll(" ", "_")}`;
  return has(key) ? t(key) : region;
}
