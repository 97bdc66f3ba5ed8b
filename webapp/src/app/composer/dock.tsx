// The dock at the lower edge: the composer, the scroll button and the quota.
import { t } from "../../i18n/index.ts";
import { watchTexts } from "../../i18n/language.ts";
import { currentPath } from "../../state/store.ts";
import { deferredViews } from "../ui/deferred-views.ts";
import { Icon } from "../ui/icons.tsx";
import { away, fresh, scrollToEnd } from "../ui/scroll.ts";
import { Composer } from "./composer.tsx";

function Jump() {
  watchTexts();
  if (!away.value || currentPath.value.length === 0) return null;
  return (
    <button
      type="button"
      class="icon-button jump"
      data-new={fresh.value}
      aria-label={t(fresh.value ? "app.jump.new" : "app.jump")}
      onClick={() => scrollToEnd(true)}
    >
      <Icon name="down" />
    </button>
  );
}

export function Dock({ hidden }: { hidden: boolean }) {
  return (
    <footer class="dock" hidden={hidden}>
      <Jump />
      {deferredViews.value && <deferredViews.value.Quota />}
      <Composer />
    </footer>
  );
}
