// Access to one conversation that a person grants to support, for a day.
import type { GrantedLook } from "../api/index.ts";
import { uuid7 } from "../api/uuid7.ts";
import { confirm } from "../bridge/dialogs.ts";
import { t } from "../i18n/index.ts";
import { attempt } from "../state/failure.ts";
import { settings } from "./settings.ts";
import { showNotice, showToast } from "./toast.ts";

const HOURS = 24;

/** Explains what it means, and grants it once confirmed. */
export async function grantLook(conversationId: string): Promise<void> {
  const title = t("app.look.grant");
  const sure = await confirm({ title, message: t("app.look.word"), yes: title }).catch(() => false);
  if (!sure) return;
  const granted = await attempt(
    () => settings().grantLook(uuid7(), conversationId, HOURS),
    showToast,
  );
  if (granted) showNotice(t("app.look.granted"));
}

/** Revokes the access; returns whether it was revoked. */
export async function revokeLook({ id }: GrantedLook): Promise<boolean> {
  const done = await attempt(async () => {
    await settings().revokeLook(id);
    return true;
  }, showToast);
  return done === true;
}
