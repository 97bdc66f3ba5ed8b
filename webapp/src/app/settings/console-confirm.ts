// Console actions are confirmed in the operator's chat with the bot: this requests one and waits.
import { services } from "../../actions/services.ts";
import { showNotice, showToast } from "../../actions/toast.ts";
import { consoleApi } from "../../api/console.ts";
import type { Confirmation } from "../../api/index.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";

const LOOK_MS = 1500;

/** Whether it was carried out; the result is shown either way. */
export async function confirmInChat(ask: () => Promise<Confirmation>): Promise<boolean> {
  let one = await attempt(ask, showToast);
  if (!one) return false;
  const { id } = one;
  showNotice(t("app.console.confirm"));
  while (one.state === "waiting" || one.state === "begun") {
    await new Promise((wake) => setTimeout(wake, LOOK_MS));
    const asked = () => consoleApi(services().api).confirmation(id);
    one = await attempt(asked, () => undefined);
    if (!one) return false;
  }
  showNotice(t(`app.console.confirm.${one.state}`));
  if (one.state === "done") haptic("success");
  return one.state === "done";
}
