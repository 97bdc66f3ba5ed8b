// Shown while offline, or while the server does not answer. It loads with the deferred views, which
// the device caches.
import { t } from "../i18n/index.ts";
import { delay, online } from "../state/store.ts";
import { Icon } from "./ui/icons.tsx";

export function Offline() {
  const words = online.value ? `${delay.value?.title}. ${t("app.delay")}` : t("app.offline");
  return (
    <p class="banner" role="status">
      <Icon name="offline" />
      {words}
    </p>
  );
}
