// Remedies for failures caused by the plan or by one's own spending cap.

import { RETRYABLE_CODES } from "../../api/schema.ts";
import { t } from "../../i18n/index.ts";
import { openScreen } from "../../state/navigation.ts";
import { me } from "../../state/store.ts";
import { TextButton } from "../ui/controls.tsx";

/** Failures that never reached the server, or that a proxy answered in its place. */
const ON_THE_WAY = /^(offline|network|timeout|garbled|http_(408|429|5\d\d))$/;

/** Whether the same request could succeed now, without a remedy first. */
export function retryCanHelp(code: string): boolean {
  if (!RETRYABLE_CODES.includes(code) && !ON_THE_WAY.test(code)) return false;
  const { plan, quota } = me.value ?? {};
  if (code === "quota_exhausted") return !quota || quota.remaining + quota.credits > 0;
  if (code === "search_not_in_plan") return plan?.searches ?? true;
  if (code === "images_not_in_plan") return plan?.images ?? true;
  return true;
}

/** Failures that a payment resolves. */
export const isSolvedByPaying = (code: string): boolean =>
  [
    "quota_exhausted",
    "payment_required",
    "plan_required",
    "model_not_in_plan",
    "search_not_in_plan",
    "images_not_in_plan",
  ].includes(code);

/** A link to the remedy: the plans, or one's own spending cap. */
export function Remedy({ code }: { code: string }) {
  if (isSolvedByPaying(code)) {
    return (
      <TextButton onClick={() => openScreen({ name: "plans", reason: code })}>
        {t("app.quota.more")}
      </TextButton>
    );
  }
  if (code !== "spending_cap_reached" && code !== "model_price_unknown") return null;
  return (
    <TextButton onClick={() => openScreen({ name: "usage" })}>{t("app.usage.cap.see")}</TextButton>
  );
}
