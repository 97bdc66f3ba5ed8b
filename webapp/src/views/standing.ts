// What is said of a subscription, wherever it is shown.
import { formatNumber, t } from "../i18n.ts";
import type { Subscription } from "../state/model.ts";
import { shortDate } from "./dates.ts";

/** "Renews on 3 December for 400 Stars", or until when it is open. */
export function standingWords(held: Subscription): string {
  const at = held.state === "active" ? (held.renewsAt ?? held.until) : held.until;
  return t(`app.subscription.${held.state}`, { date: dateOf(at), stars: formatNumber(held.stars) });
}

export const dateOf = (at: string | null): string => (at ? shortDate(at, new Date()) : "");
