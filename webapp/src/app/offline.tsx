// Shown while offline. It loads with the deferred views, which the device caches.
import { t } from "../i18n/index.ts";
import { Icon } from "./ui/icons.tsx";

export function Offline() {
  return (
    <p class="banner" role="status">
      <Icon name="offline" />
      {t("app.offline")}
    </p>
  );
}
