// Whether the bot may write first. Who opened the app by a link, without pressing Start, has not let it
// yet: they are asked before it has to.
import { requestWriteAccess } from "../bridge/device.ts";
import { supports } from "../bridge/index.ts";
import { t } from "../i18n/index.ts";
import { me } from "../state/store.ts";
import { services } from "./services.ts";
import { showToast } from "./toast.ts";

let allowed = false;

/** Whether it may, after asking where it may not; taken for granted where nobody can be asked, as in
 *  Telegram before Bot API 6.9. */
async function asked(): Promise<boolean> {
  allowed ||= services().botMayWrite || !supports("web_app_request_write_access");
  allowed ||= await requestWriteAccess().catch(() => true);
  return allowed;
}

/** For what only the bot can bring: says how to allow it if it may not. */
export async function letBotWrite(): Promise<boolean> {
  const may = await asked();
  if (!may) showToast({ title: t("app.write.title"), detail: t("app.write.detail") });
  return may;
}

/** Before the first answer that the bot might bring after the app is closed: once on each device. */
export function offerHandOff(): void {
  const { store, owner } = services();
  const key = `tanya.write-asked.${owner}`;
  if (!me.value?.settings.handOff || store.read(key)) return;
  store.write(key, "1");
  void asked();
}
