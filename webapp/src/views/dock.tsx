// What stays at the lower edge: the composer, and over it the way down and a word on the quota.
import { t, plural } from "../i18n.ts";
import { open } from "../state/nav.ts";
import { currentPath, me } from "../state/store.ts";
import type { Me } from "../state/model.ts";
import { moment } from "./dates.ts";
import { Composer } from "./composer.tsx";
import { away, fresh, holdEnd } from "./follow.ts";
import { Icon } from "./icons.tsx";
import { useTexts } from "./language.ts";
import { Way } from "./parts.tsx";

/** The quota is mentioned when this little is left. */
export const isLow = ({ limit, remaining, credits }: Me["quota"]): boolean =>
  !credits && remaining <= Math.min(5, Math.max(1, Math.floor(limit / 5)));

function Quota() {
  useTexts();
  const quota = me.value?.quota;
  if (!quota || !isLow(quota)) return null;
  const { remaining, renewsAt } = quota;
  const renews = renewsAt ? ` · ${t("app.quota.renews", { at: moment(renewsAt, new Date()) })}` : "";
  const words = remaining > 0 ? plural("app.quota.left", remaining) : t("app.quota.none");
  return (
    <div class="hint-line">
      <span>{words}{remaining > 0 ? "" : renews}</span>
      <Way onClick={() => open({ name: "plans" })}>{t("app.quota.more")}</Way>
    </div>
  );
}

function Jump() {
  useTexts();
  if (!away.value || currentPath.value.length === 0) return null;
  return (
    <button
      type="button"
      class="icon-button jump"
      data-new={fresh.value}
      aria-label={t(fresh.value ? "app.jump.new" : "app.jump")}
      onClick={() => holdEnd(true)}
    >
      <Icon name="down" />
    </button>
  );
}

export function Dock({ hidden }: { hidden: boolean }) {
  return (
    <footer class="dock" hidden={hidden}>
      <Jump />
      <Quota />
      <Composer />
    </footer>
  );
}
