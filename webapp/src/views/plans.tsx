// The paywall: what premium gives, what it costs, how to stop; then Telegram's own payment form.
import { useEffect, useState } from "preact/hooks";
import { haptic, setMainButton } from "../bridge/index.ts";
import { formatNumber, plural, t } from "../i18n.ts";
import { buy, checkout, confirmOrder, loadPlans, loadSubscription, startTrial } from "../state/actions/billing.ts";
import type { Failure, Plan } from "../state/model.ts";
import { close, home, opened, top } from "../state/nav.ts";
import { me, state } from "../state/store.ts";
import { Icon } from "./icons.tsx";
import { Skeleton, Trouble, Way } from "./parts.tsx";

const DAY = 86_400;

/** What can be bought from here, the subscription first. */
function offered(plans: readonly Plan[]): Plan[] {
  const order = ["subscription", "pack"];
  return plans
    .filter(({ kind, stars }) => stars > 0 && order.includes(kind))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.stars - b.stars);
}

export function Plans() {
  const { plans } = state.value;
  const [failure, tell] = useState<Failure | null>(null);
  const [picked, pick] = useState<string | null>(null);
  const load = (): void => void loadPlans().then(tell);
  useEffect(() => {
    load();
    void loadSubscription();
  }, []);
  useEffect(() => () => void (checkout.value = { at: "idle" }), []);
  if (checkout.value.at === "done") return <Thanks />;
  if (!plans) {
    return failure
      ? <Trouble failure={failure}><Way onClick={load}>{t("app.retry")}</Way></Trouble>
      : <Skeleton lines={8} />;
  }
  const offers = offered(plans);
  const plan = offers.find(({ id }) => id === picked) ?? offers[0];
  return (
    <div class="screen">
      <Hero plan={offers[0]} />
      <Trial plans={plans} />
      <div class="card" role="radiogroup" aria-label={t("app.plans.title")}>
        {offers.map((offer) => (
          <Offer key={offer.id} plan={offer} chosen={offer === plan} onPick={() => pick(offer.id)} />
        ))}
      </div>
      {plan && <Checkout plan={plan} />}
    </div>
  );
}

function Hero({ plan }: { plan: Plan | undefined }) {
  const reason = opened("plans")?.reason;
  const left = me.value?.quota.remaining;
  const title = left === 0 || reason === "quota_exhausted" ? "app.plans.hero.limit" : "app.plans.hero";
  return (
    <>
      <div class="hero">
        <div class="mark"><Icon name="star" /></div>
        <h2 class="hero-title">{t(title)}</h2>
        <p class="hero-word">{t("app.plans.word")}</p>
      </div>
      {plan && plan.features.length > 0 && (
        <section class="section">
          <h3 class="section-title">{t("app.plans.gives", { plan: plan.name })}</h3>
          <ul class="gives card">
            {plan.features.map((feature) => (
              <li key={feature}><Icon name="check" /><span>{feature}</span></li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** The days that cost nothing, while the person has not had them. */
function Trial({ plans }: { plans: readonly Plan[] }) {
  const [waits, wait] = useState(false);
  const trial = plans.find(({ kind }) => kind === "trial");
  if (!trial || !state.value.subscription?.trialLeft) return null;
  const begin = async (): Promise<void> => {
    wait(true);
    await startTrial();
    wait(false);
  };
  const days = plural("app.plans.trial", Math.round(trial.seconds / DAY));
  return (
    <section class="section">
      <div class="card">
        <button type="button" class="field" disabled={waits} onClick={() => void begin()}>
          <span class="field-words">
            <span class="field-name">{days}</span>
            <span class="field-word">{t("app.plans.trial.word")}</span>
          </span>
          {waits ? <span class="spinner" /> : <Icon name="next" />}
        </button>
      </div>
    </section>
  );
}

/** "Renews every 30 days" or "50 messages, no end date". */
const terms = ({ kind, seconds, credits }: Plan): string =>
  kind === "pack" ? plural("app.plans.credits", credits) : plural("app.plans.every", Math.round(seconds / DAY));

function Offer({ plan, chosen, onPick }: { plan: Plan; chosen: boolean; onPick: () => void }) {
  return (
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      class="plan"
      onClick={() => {
        haptic("selection");
        onPick();
      }}
    >
      <span class="radio">{chosen && <Icon name="check" />}</span>
      <span class="plan-name">{plan.name}</span>
      <span class="plan-price">
        <Icon name="star" />
        <span class="sr-only">{t("app.plans.stars")}</span>
        {formatNumber(plan.stars)}
      </span>
      <span class="plan-word">{terms(plan)}</span>
    </button>
  );
}

function Checkout({ plan }: { plan: Plan }) {
  const phase = checkout.value;
  const waits = phase.at === "paying" || phase.at === "confirming";
  const text = t("app.plans.buy", { stars: formatNumber(plan.stars) });
  const native = useMainButton(text, waits, () => void buy(plan.id));
  return (
    <div class="checkout">
      {phase.at === "failed" && <Trouble failure={phase.failure} />}
      {phase.at === "slow" && (
        <Trouble failure={{ title: t("app.checkout.slow.title"), detail: t("app.checkout.slow.detail") }} bad={false}>
          <Way onClick={() => void confirmOrder(phase.orderId, phase.planId)}>{t("app.checkout.look")}</Way>
        </Trouble>
      )}
      {phase.at === "confirming" && <p class="status" role="status"><span class="pulse" />{t("app.checkout.confirming")}</p>}
      {!native && (
        <button type="button" class="main-button" disabled={waits} onClick={() => void buy(plan.id)}>
          {waits ? <span class="spinner" /> : <Icon name="star" />}
          {text}
        </button>
      )}
      {plan.kind === "subscription" && <p class="section-word">{t("app.plans.cancel")}</p>}
      <p class="section-word">{t("app.plans.support")}</p>
    </div>
  );
}

/** Telegram's own wide button, while this screen is on top; false where there is none. */
function useMainButton(text: string, progress: boolean, onPress: () => void): boolean {
  const [native, tell] = useState(false);
  const shown = top.value?.name === "plans";
  useEffect(() => {
    const has = shown && setMainButton({ text, progress, active: !progress, onPress });
    tell(has);
    return () => void setMainButton(null);
  }, [text, progress, shown]);
  return native;
}

function Thanks() {
  const planId = checkout.value.at === "done" ? checkout.value.planId : "";
  const plan = state.value.plans?.find(({ id }) => id === planId);
  const key = plan?.kind === "pack" ? "app.thanks.pack" : "app.thanks";
  return (
    <div class="screen">
      <div class="hero" role="status">
        <div class="mark"><Icon name="check" /></div>
        <h2 class="hero-title">{t(`${key}.title`, { plan: plan?.name ?? "" })}</h2>
        <p class="hero-word">{t(`${key}.word`)}</p>
      </div>
      <button
        type="button"
        class="main-button"
        onClick={() => {
          close("plans");
          home();
        }}
      >
        {t("app.thanks.go")}
      </button>
    </div>
  );
}
