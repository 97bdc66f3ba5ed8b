// The subscription that is running: what it is, until when, and stopping or resuming renewal.
import { useEffect, useState } from "preact/hooks";
import { confirm } from "../bridge/dialogs.ts";
import { haptic } from "../bridge/index.ts";
import { t } from "../i18n.ts";
import { loadSubscription, lookAgain, setRenewal } from "../state/actions/billing.ts";
import type { Failure, Subscription as Held } from "../state/model.ts";
import { open } from "../state/nav.ts";
import { me, state } from "../state/store.ts";
import { Icon } from "./icons.tsx";
import { Skeleton, Trouble, Way } from "./parts.tsx";
import { useReturning } from "./returning.ts";
import { dateOf, standingWords } from "./standing.ts";

export function Subscription() {
  const { subscription } = state.value;
  const [failure, tell] = useState<Failure | null>(null);
  const load = (): void => void loadSubscription().then(tell);
  useEffect(load, []);
  useReturning(lookAgain);
  if (failure && !subscription) {
    return <Trouble failure={failure}><Way onClick={load}>{t("app.retry")}</Way></Trouble>;
  }
  if (!subscription) return <Skeleton lines={5} />;
  if (subscription.state === "none") return <None />;
  return (
    <div class="screen">
      <div class="hero">
        <div class="mark"><Icon name={subscription.state === "failed" ? "clock" : "star"} /></div>
        <h2 class="hero-title">{me.value?.plan.name}</h2>
        <p class="hero-word">{standingWords(subscription)}</p>
      </div>
      {subscription.state !== "given" && <Renewal held={subscription} />}
      <section class="section">
        <div class="card">
          <button type="button" class="field" onClick={() => open({ name: "plans" })}>
            <span class="field-words"><span class="field-name">{t("app.subscription.more")}</span></span>
            <Icon name="next" />
          </button>
        </div>
        <p class="section-word">{t("app.plans.support")}</p>
      </section>
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

// Telegram's own settings are outside this page: its word is looked for while it is awaited.
const LOOK_EVERY = 3_000;

function Renewal({ held }: { held: Held }) {
  const [waits, wait] = useState(false);
  const [allowed, allow] = useState(false);
  const off = held.state === "canceled";
  const awaits = off && allowed;
  useEffect(() => {
    if (!awaits) return undefined;
    const timer = setInterval(() => void loadSubscription(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [awaits]);
  const change = async (): Promise<void> => {
    if (!off && !(await sure(held))) return;
    wait(true);
    const done = await setRenewal(off);
    wait(false);
    if (!done) return;
    haptic("success");
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
      {/* A bot may only allow it: the last step is the person's own, in Telegram. */}
      <p class={awaits ? "section-word told" : "section-word"} role="status">{t(next(held, awaits))}</p>
    </section>
  );
}

/** What the button above brings, or what is still to be done. */
function next({ state }: Held, awaits: boolean): string {
  if (awaits) return "app.subscription.resume.last";
  if (state === "canceled") return "app.subscription.resume.word";
  return state === "failed" ? "app.subscription.cancel.word.failed" : "app.subscription.cancel.word";
}

const sure = (held: Held): Promise<boolean> =>
  confirm({
    title: t("app.subscription.sure.title"),
    message: held.state === "failed"
      ? t("app.subscription.cancel.word.failed")
      : t("app.subscription.sure.word", { date: dateOf(held.until) }),
    yes: t("app.subscription.sure.yes"),
    no: t("app.subscription.sure.no"),
    destructive: true,
  }).catch(() => false);
