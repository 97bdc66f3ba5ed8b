// A note on the quota when little of it is left.
import { plural, t } from "../../i18n/index.ts";
import { watchTexts } from "../../i18n/language.ts";
import type { Me } from "../../state/model.ts";
import { openScreen } from "../../state/navigation.ts";
import { me } from "../../state/store.ts";
import { TextButton } from "../ui/controls.tsx";
import { moment } from "../ui/moment.ts";

/** The quota is mentioned when this little is left. */
export const isLow = ({ limit, remaining, credits }: Me["quota"]): boolean =>
  !credits && remaining <= Math.min(5, Math.max(1, Math.floor(limit / 5)));

export function Quota() {
  watchTexts();
  const quota = me.value?.quota;
  if (!quota || !isLow(quota)) return null;
  const { remaining, renewsAt } = quota;
  const renews = renewsAt
    ? ` · ${t("app.quota.renews", { at: moment(renewsAt, new Date()) })}`
    : "";
  const words = remaining > 0 ? plural("app.quota.left", remaining) : t("app.quota.none");
  return (
    <div class="hint-line">
      <span>
        {words}
        {remaining > 0 ? "" : renews}
      </span>
      <TextButton onClick={() => openScreen({ name: "plans" })}>{t("app.quota.more")}</TextButton>
    </div>
  );
}
