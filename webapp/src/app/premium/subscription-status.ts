// Texts about a subscription.
import { formatNumber, t } from "../../i18n/index.ts";
import type { Subscription } from "../../state/model.ts";
import { dateOrNothing } from "../ui/dates.ts";

/** "Renews on 3 December for 400 Stars", or the date when it ends. */
export function subscriptionSummary(held: Subscription): string {
  const at = held.state === "active" ? (held.renewsAt ?? held.until) : held.until;
  return t(`app.subscription.${held.state}`, {
    date: dateOrNothing(at),
    stars: formatNumber(held.stars),
  });
}
