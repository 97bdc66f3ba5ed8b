// The bar below the chat for a minimized app, which restores it.
import { t } from "../boot.ts";
import { requestClose } from "../frame/open.ts";
import type { Session } from "../frame/session.ts";
import { world } from "../world/live.ts";
import { Icon } from "./icon.tsx";

export function MinimizedBar({ session }: { session: Session }) {
  return (
    <div class="minimized">
      <button
        type="button"
        class="minimized-title"
        onClick={() => (session.minimized.value = false)}
      >
        <Icon name="window" />
        {t("app.restore", { name: world.value?.bot.firstName ?? "" })}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t("app.close")}
        onClick={() => void requestClose()}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
