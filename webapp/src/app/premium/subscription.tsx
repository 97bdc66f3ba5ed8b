// The active subscription: what it includes, until when, and stopping or resuming renewal.
import { useEffect, useState } from "preact/hooks";
import {
  cancelCharge,
  loadSubscription,
  refreshBilling,
  setRenewal,
} from "../../actions/billing.ts";
import type { ComingCharge } from "../../api/index.ts";
import { confirm } from "../../bridge/dialogs.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import type { Failure, Subscription as Held } from "../../state/model.ts";
import { openScreen } from "../../state/navigation.ts";
import { me, state } from "../../state/store.ts";
import { Problem, Skeleton, TextButton } from "../ui/controls.tsx";
import { dateOrNothing } from "../ui/dates.ts";
import { Icon } from "../ui/icons.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { Nothing } from "../ui/nothing.tsx";
import { Row, Section } from "../ui/row.tsx";
import { useReturnToPage } from "../ui/use-return-to-page.ts";
import { subscriptionSummary } from "./subscription-status.ts";

export function Subscription() {
  const { subscription } = state.value;
  const [failure, tell] = useState<Failure | null>(null);
  const load = (): void => void loadSubscription().then(tell);
  useEffect(load, []);
  useReturnToPage(refreshBilling);
  if (failure && !subscription) {
    return (
      <Problem failure={failure}>
        <TextButton onClick={load}>{t("app.retry")}</TextButton>
      </Problem>
    );
  }
  if (!subscription) return <Skeleton lines={5} />;
  if (subscription.state === "none") return <None />;
  return (
    <div class="screen">
      <div class="hero">
        <div class="mark gold">
          <Icon name={subscription.state === "failed" ? "clock" : "star"} />
        </div>
        <h2 class="hero-title">{me.value?.plan.name}</h2>
        <p class="hero-word">{subscriptionSummary(subscription)}</p>
      </div>
      {subscription.coming.length > 1 && <Coming charges={subscription.coming} />}
      {subscription.state !== "given" && <Renewal held={subscription} />}
      <Section word={t("app.plans.support")}>
        <Row icon="gift" tint="pink" name={t("app.subscription.more")} opens={{ name: "plans" }} />
        <Row
          icon="receipt"
          tint="green"
          name={t("app.payments.title")}
          opens={{ name: "payments" }}
        />
      </Section>
    </div>
  );
}

/** Several upcoming charges, each with its own cancel button. */
function Coming({ charges }: { charges: readonly ComingCharge[] }) {
  return (
    <section class="section">
      <h2 class="section-title">{t("app.subscription.coming")}</h2>
      <div class="card">
        {charges.map(({ orderId, stars, chargesAt }) => (
          <Row
            danger
            key={orderId}
            name={t("app.subscription.coming.cancel", {
              date: dateOrNothing(chargesAt),
              stars: formatNumber(stars),
            })}
            onClick={() => void cancelCharge(orderId)}
          />
        ))}
      </div>
    </section>
  );
}

function None() {
  return (
    <div class="screen">
      <Nothing icon="star" words={t("app.subscription.none")} />
      <MainButton onClick={() => openScreen({ name: "plans" })}>{t("app.quota.more")}</MainButton>
    </div>
  );
}

// Telegram's own settings are outside this page, so the change is polled for.
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
        <Row
          danger={!off}
          name={t(off ? "app.subscription.resume" : "app.subscription.cancel")}
          waits={waits}
          onClick={() => void change()}
        />
      </div>
      {/* A bot can only allow it; the person takes the last step in Telegram. */}
      <p class={awaits ? "section-word told" : "section-word"} role="status">
        {t(next(held, awaits))}
      </p>
    </section>
  );
}

/** What the button above does, or what remains to be done. */
function next({ state }: Held, awaits: boolean): string {
  if (awaits) return "app.subscription.resume.last";
  if (state === "canceled") return "app.subscription.resume.word";
  return state === "failed"
    ? "app.subscription.cancel.word.failed"
    : "app.subscription.cancel.word";
}

const sure = (held: Held): Promise<boolean> =>
  confirm({
    title: t("app.subscription.sure.title"),
    message:
      held.state === "failed"
        ? t("app.subscription.cancel.word.failed")
        : t("app.subscription.sure.word", { date: dateOrNothing(held.until) }),
    yes: t("app.subscription.sure.yes"),
    no: t("app.subscription.sure.no"),
    destructive: true,
  }).catch(() => false);
