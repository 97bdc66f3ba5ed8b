// Time, faults, the webhook, other chats, and resetting everything.
import { boot, starText, t, timeText } from "../boot.ts";
import { openDialog } from "../dialogs.ts";
import { closeApp } from "../frame/open.ts";
import { attempt, showToast } from "../toast.ts";
import { act, request } from "../world/actions.ts";
import { myId, world } from "../world/live.ts";
import type { Clock, SharedMessage, Webhook } from "../world/types.ts";
import { FaultsGroup } from "./faults.tsx";
import { Group, OneLine } from "./fields.tsx";

export function WorldTab() {
  const now = world.value;
  if (!now) return <p class="hint">{t("page.connecting")}</p>;
  return (
    <>
      <ClockGroup clock={now.clock} />
      <FaultsGroup faults={now.faults} />
      <WebhookGroup webhook={now.webhook} stars={now.botStars} />
      <Elsewhere shared={now.shared} bot={now.bot.username} />
      <Group title={t("reset.title")}>
        <button type="button" class="quiet danger" onClick={() => void reset()}>
          {t("reset.button")}
        </button>
      </Group>
    </>
  );
}

const JUMPS = [
  { days: 0, seconds: 3600, key: "clock.hour" },
  { days: 1, seconds: 0, key: "clock.day" },
  { days: 7, seconds: 0, key: "clock.week" },
  { days: 30, seconds: 0, key: "clock.month" },
];

function ClockGroup({ clock }: { clock: Clock }) {
  const now = Date.now() + clock.aheadSeconds * 1000;
  return (
    <Group title={t("clock.title")}>
      <p class="big-number small">{timeText(now, { dateStyle: "full", timeStyle: "short" })}</p>
      <p class="facts">{aheadText(clock.aheadSeconds)}</p>
      <div class="buttons">
        {JUMPS.map(({ key, ...jump }) => (
          <button key={key} type="button" class="secondary" onClick={() => void travel(jump)}>
            {t(key)}
          </button>
        ))}
      </div>
    </Group>
  );
}

function aheadText(seconds: number): string {
  if (seconds < 60) return t("clock.real");
  const days = seconds / 86_400;
  const unit = days >= 1 ? "day" : "hour";
  const value = Math.round((days >= 1 ? days : seconds / 3600) * 10) / 10;
  const ahead = new Intl.NumberFormat(boot.language, { style: "unit", unit, unitDisplay: "long" });
  return t("clock.ahead", { ahead: ahead.format(value) });
}

async function travel(jump: { days: number; seconds: number }): Promise<void> {
  const advanced = await attempt(request("advanceClock", jump));
  if (advanced) showToast(t("clock.travelled", { renewals: advanced.renewals }));
}

function WebhookGroup({ webhook, stars }: { webhook: Webhook; stars: number }) {
  return (
    <Group title={t("bot.title")}>
      <p class="facts">{webhook.url ? t("bot.webhook", { url: webhook.url }) : t("bot.polling")}</p>
      <p class="facts">
        {t("bot.waiting", { count: webhook.waiting })} ·{" "}
        {t("bot.stars", { amount: starText(stars) })}
      </p>
      {webhook.lastError && <p class="failure">{webhook.lastError}</p>}
    </Group>
  );
}

function Elsewhere({ shared, bot }: { shared: readonly SharedMessage[]; bot: string }) {
  const chatTitle = t("elsewhere.chat");
  const guest = (text: string) =>
    void attempt(act({ type: "sendGuestMessage", personId: myId.value, chatTitle, text }));
  return (
    <Group title={t("elsewhere.title")}>
      <OneLine
        label={t("elsewhere.guest", { chat: chatTitle })}
        button={t("chat.send")}
        initial={`@${bot} `}
        act={guest}
      />
      {shared.length === 0 && <p class="hint">{t("elsewhere.none")}</p>}
      {shared.slice(-10).map((one) => (
        <div class="card" key={one.inlineMessageId}>
          <div class="card-head">
            <strong dir="auto">{one.to}</strong>
          </div>
          <p dir="auto" class="shared-text">
            {one.text}
          </p>
        </div>
      ))}
    </Group>
  );
}

async function reset(): Promise<void> {
  const buttons = [
    { id: "no", text: t("dialog.cancel"), look: "plain" as const },
    { id: "yes", text: t("reset.yes"), look: "destructive" as const },
  ];
  const answer = openDialog("choice", {
    title: t("reset.title"),
    text: t("reset.text"),
    buttons,
  }).answer;
  if ((await answer) !== "yes") return;
  closeApp();
  await attempt(act({ type: "resetWorld" }));
}
