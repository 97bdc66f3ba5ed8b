// What this page is, who one is and where to press: shown until it is dismissed.
import { t } from "../boot.ts";
import { isBoolean, kept } from "../keep.ts";
import { me, world } from "../world/live.ts";
import { fullName } from "./avatar.tsx";
import { Icon } from "./icon.tsx";

export const guideShown = kept("guide", true, isBoolean);

export function Guide() {
  if (!guideShown.value || !me.value) return null;
  const name = fullName(me.value);
  return (
    <section class="guide" aria-label={t("guide.title")}>
      <h2>{t("guide.title")}</h2>
      <ol>
        <li>{t("guide.who", { name })}</li>
        <li>{t("guide.press")}</li>
        <li>{t("guide.tools")}</li>
      </ol>
      <button type="button" class="primary" onClick={() => (guideShown.value = false)}>
        {t("guide.close")}
      </button>
    </section>
  );
}

/** Brings the guide back. */
export function GuideButton() {
  if (guideShown.value) return null;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={t("guide.open")}
      onClick={() => (guideShown.value = true)}
    >
      <Icon name="help" />
    </button>
  );
}

/** Why nobody answers in the chat: no bot has called yet, or its webhook does not take updates. */
export function BotSilent() {
  const webhook = world.value?.webhook;
  if (!webhook) return null;
  if (webhook.waiting > 0 && webhook.url && webhook.lastError)
    return (
      <p class="notice" role="status">
        {t("silent.webhook", { url: webhook.url, error: webhook.lastError })}
      </p>
    );
  if (webhook.heard) return null;
  return (
    <div class="notice" role="status">
      <p>
        <strong>{t("silent.bot")}</strong> {t("silent.botHint")}
      </p>
      <code dir="ltr">{botApi()}</code>
    </div>
  );
}

/** Where the bot finds the Bot API: beside the page. */
function botApi(): string {
  return `${new URL(".", location.href).href.replace(/bots\/\d+\/$/, "")}bot<token>/`;
}
