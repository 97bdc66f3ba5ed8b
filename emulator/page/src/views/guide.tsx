// The guide: what this page is, who the current person is, and where to press. Shown until
// dismissed.
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

/** Shows the guide again. */
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

/** Why nobody answers in the chat: no bot has called yet, or its webhook accepts no updates. */
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

/** The address of the Bot API. */
function botApi(): string {
  return `${new URL(".", location.href).href.replace(/bots\/\d+\/$/, "")}bot<token>/`;
}
