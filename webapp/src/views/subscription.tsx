// The subscription that is running: what it is, until when, and stopping or resuming renewal.
import { useEffect, useState } from "preact/hooks";
import { confirm } from "../bridge/dialogs.ts";
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { loadSubscription, setRenewal } from "../state/actions/billing.ts";
import type { Failure, Subscription as Held } from "../state/model.ts";
import { open } from "../state/nav.ts";
import { me, state } from "../state/store.ts";
import { shortDate } from "./dates.ts";
import { Icon } from "./icons.tsx";
import { Skeleton, Trouble, Way } from "./parts.tsx";

export function Subscription() {
  const { subscription } = state.value;
  const [failure, tell] = useState<Failure | null>(null);
  const load = (): void => void loadSubscription().then(tell);
  useEffect(load, []);
  if (failure && !subscription) {
    return <Trouble failure={failure}><Way onClick={load}>{t("app.retry")}</Way></Trouble>;
  }
  if (!subscription) return <Skeleton lines={5} />;
  if (subscription.state === "none") return <None />;
  return (
    <div class="screen">
      <div class="hero">
        <div class="mark"><Icon name="star" /></div>
        <h2 class="hero-title">{me.value?.plan.name}</h2>
        <p class="hero-word">{words(subscription)}</p>
      </div>
      {subscription.state !== "given" && <Renewal held={subscription} />}
    </div>
  );
}

function None() {
  return (
    <div class="screen">
      <p class="nothing">{t("app.subscription.none")}</p>
      <button type="button" class="main-button" onClick={() => open({ name: "plans" })}>
        {t("app.quota.more")}
      </button>
    </div>
  );
}

/** "Renews on 3 December", and what else may be said of it. */
function words(held: Held): string {
  const at = held.state === "active" ? (held.renewsAt ?? held.until) : held.until;
  return t(`app.subscription.${held.state}`, { date: at ? shortDate(at, new Date()) : "" });
}

function Renewal({ held }: { held: Held }) {
  const [waits, wait] = useState(false);
  const [allowed, allow] = useState(false);
  const off = held.state === "canceled";
  const change = async (): Promise<void> => {
    if (!off && !(await sure())) return;
    wait(true);
    await setRenewal(off);
    haptic("success");
    wait(false);
    allow(off);
  };
  return (
    <section class="section">
      <div class="card">
        <button type="button" class="field" disabled={waits} onClick={() => void change()}>
          <span class="field-words">
            <span class="field-name">{t(off ? "app.subscription.resume" : "app.subscription.cancel")}</span>
          </span>
          {waits ? <span class="spinner" /> : <Icon name="next" />}
        </button>
      </div>
      {off && allowed ? (
        // A bot may only allow it: the last step is the person's own, in Telegram.
        <p class="section-word" role="status">{t("app.subscription.resume.last")}</p>
      ) : (
        <p class="section-word">{t(off ? "app.subscription.resume.word" : "app.subscription.cancel.word")}</p>
      )}
      <p class="section-word">{t("app.plans.support")}</p>
    </section>
  );
}

const sure = (): Promise<boolean> =>
  confirm({
    title: t("app.subscription.sure.title"),
    message: t("app.subscription.sure.word"),
    yes: t("app.subscription.sure.yes"),
    destructive: true,
  }).catch(() => false);
