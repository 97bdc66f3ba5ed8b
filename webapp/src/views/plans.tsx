// The paywall: what premium gives, what it costs, how to stop, and what else can be had.
import { useEffect, useState } from "preact/hooks";
import { haptic } from "../bridge/index.ts";
import { formatNumber, plural, t } from "../i18n.ts";
import { checkout, loadPlans, loadSubscription, lookAgain, startTrial } from "../state/actions/billing.ts";
import type { Failure, Plan, Subscription } from "../state/model.ts";
import { open, opened } from "../state/nav.ts";
import { me, state } from "../state/store.ts";
import { Checkout, NotPaid, Thanks, Waiting } from "./checkout.tsx";
import { Icon } from "./icons.tsx";
import { Skeleton, Trouble, Way } from "./parts.tsx";
import { useReturning } from "./returning.ts";
import { standingWords } from "./standing.ts";

const DAY = 86_400;

/** What renews, or was paid for and will end; a failed one may be bought anew. */
const subscribed = (held: Subscription | null): boolean =>
  held?.state === "active" || held?.state === "canceled";

/** What can be bought of these kinds, in that order. */
function offered(plans: readonly Plan[], kinds: readonly string[]): Plan[] {
  return plans
    .filter(({ kind, stars }) => stars > 0 && kinds.includes(kind))
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.stars - b.stars);
}

export function Plans() {
  const { plans, subscription } = state.value;
  const [failure, tell] = useState<Failure | null>(null);
  const load = (): void => void loadPlans().then(tell);
  useEffect(() => {
    load();
    void loadSubscription();
  }, []);
  useReturning(lookAgain);
  useEffect(() => () => void (checkout.value = { at: "idle" }), []);
  const phase = checkout.value.at;
  if (phase === "done") return <Thanks />;
  if (phase === "confirming" || phase === "slow") return <Waiting />;
  if (!plans) {
    return failure
      ? <Trouble failure={failure}><Way onClick={load}>{t("app.retry")}</Way></Trouble>
      : <Skeleton lines={8} />;
  }
  return <Offers plans={plans} held={subscription} />;
}

function Offers({ plans, held }: { plans: readonly Plan[]; held: Subscription | null }) {
  const [picked, pick] = useState<string | null>(null);
  const has = subscribed(held);
  const mine = offered(plans, has ? ["pack"] : ["subscription", "pack"]);
  const gifts = offered(plans, ["gift"]);
  const chosen = [...mine, ...gifts].find(({ id }) => id === picked) ?? mine[0];
  const list = (offers: readonly Plan[]) => offers.map((offer) => (
    <Offer key={offer.id} plan={offer} chosen={offer === chosen} onPick={() => pick(offer.id)} />
  ));
  return (
    <div class="screen">
      <div>
        <NotPaid />
        {has && held ? <Held held={held} /> : <Hero plan={mine[0]} />}
      </div>
      {!has && <Trial plans={plans} />}
      {!has && mine[0] && <Gives plan={mine[0]} />}
      <div class="card" role="radiogroup" aria-label={t("app.plans.title")}>{list(mine)}</div>
      {gifts.length > 0 && (
        <section class="section">
          <h3 class="section-title" id="gifts">{t("app.plans.gifts")}</h3>
          <div class="card" role="radiogroup" aria-labelledby="gifts">{list(gifts)}</div>
        </section>
      )}
      {chosen && <Checkout plan={chosen} />}
    </div>
  );
}

function Hero({ plan }: { plan: Plan | undefined }) {
  const reason = opened("plans")?.reason;
  const left = me.value?.quota.remaining;
  const title = left === 0 || reason === "quota_exhausted" ? "app.plans.hero.limit" : "app.plans.hero";
  return (
    <div class="hero">
      <div class="mark"><Icon name="star" /></div>
      <h2 class="hero-title">{t(title)}</h2>
      <p class="hero-word">{t("app.plans.word")}</p>
      {plan && (
        <p class="hero-price">
          <Price stars={plan.stars} /> <span class="hero-terms">{terms(plan)}</span>
        </p>
      )}
    </div>
  );
}

/** For who is subscribed: what they have, and the way to it. */
function Held({ held }: { held: Subscription }) {
  return (
    <div class="hero">
      <div class="mark"><Icon name="check" /></div>
      <h2 class="hero-title">{me.value?.plan.name}</h2>
      <p class="hero-word">{standingWords(held)}</p>
      <Way onClick={() => open({ name: "subscription" })}>{t("app.settings.plan.see")}</Way>
    </div>
  );
}

function Gives({ plan }: { plan: Plan }) {
  if (plan.features.length === 0) return null;
  return (
    <section class="section">
      <h3 class="section-title">{t("app.plans.gives", { plan: plan.name })}</h3>
      <ul class="gives card">
        {plan.features.map((feature) => (
          <li key={feature}><Icon name="check" /><span>{feature}</span></li>
        ))}
      </ul>
    </section>
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
    <div class="card">
      <button type="button" class="field" disabled={waits} onClick={() => void begin()}>
        <span class="field-words">
          <span class="field-name">{days}</span>
          <span class="field-word">{t("app.plans.trial.word")}</span>
        </span>
        {waits ? <span class="spinner" /> : <Icon name="next" />}
      </button>
    </div>
  );
}

/** "Renews every 30 days" or "50 messages, no end date". */
function terms({ kind, seconds, credits }: Plan): string {
  if (kind === "pack") return plural("app.plans.credits", credits);
  const key = kind === "gift" ? "app.plans.gift" : "app.plans.every";
  return plural(key, Math.round(seconds / DAY));
}

const Price = ({ stars }: { stars: number }) => (
  <span class="plan-price">
    <Icon name="star" />
    <span class="sr-only">{t("app.plans.stars")}</span>
    {formatNumber(stars)}
  </span>
);

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
      <Price stars={plan.stars} />
      <span class="plan-word">{terms(plan)}</span>
    </button>
  );
}
