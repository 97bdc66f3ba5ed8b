// The paywall: the price and the choice at once, how to cancel, what premium includes, other offers.
import { useEffect, useState } from "preact/hooks";
import {
  checkout,
  loadPlans,
  loadSubscription,
  refreshBilling,
  startTrial,
} from "../../actions/billing.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, plural, t } from "../../i18n/index.ts";
import type { Failure, Plan, Subscription } from "../../state/model.ts";
import { openedScreen, openScreen } from "../../state/navigation.ts";
import { me, state } from "../../state/store.ts";
import { Problem, Skeleton, TextButton } from "../ui/controls.tsx";
import { Icon } from "../ui/icons.tsx";
import { Row, Section } from "../ui/row.tsx";
import { useReturnToPage } from "../ui/use-return-to-page.ts";
import { Checkout, NotPaid, Thanks, Waiting } from "./checkout.tsx";
import { subscriptionSummary } from "./subscription-status.ts";

const DAY = 86_400;

/** The subscription, if it renews or is paid until its end; a failed one can be bought again. */
const subscribed = (held: Subscription | null): boolean =>
  held?.state === "active" || held?.state === "canceled";

/** The offers of these kinds, in that order. */
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
  useReturnToPage(refreshBilling);
  useEffect(
    () => () => {
      checkout.value = { at: "idle" };
    },
    [],
  );
  const phase = checkout.value.at;
  if (phase === "done") return <Thanks />;
  if (phase === "confirming" || phase === "slow") return <Waiting />;
  if (!plans) {
    return failure ? (
      <Problem failure={failure}>
        <TextButton onClick={load}>{t("app.retry")}</TextButton>
      </Problem>
    ) : (
      <Skeleton lines={8} />
    );
  }
  return <Offers plans={plans} held={subscription} />;
}

function Offers({ plans, held }: { plans: readonly Plan[]; held: Subscription | null }) {
  const [picked, pick] = useState<string | null>(null);
  const has = subscribed(held);
  const mine = offered(plans, has ? ["pack"] : ["subscription", "pack"]);
  const gifts = offered(plans, ["gift"]);
  const chosen = [...mine, ...gifts].find(({ id }) => id === picked) ?? mine[0];
  const list = (offers: readonly Plan[]) =>
    offers.map((offer) => (
      <Offer key={offer.id} plan={offer} chosen={offer === chosen} onPick={() => pick(offer.id)} />
    ));
  return (
    <div class="screen">
      <div>
        <NotPaid />
        {has && held ? <Held held={held} /> : <Hero />}
      </div>
      <section class="section">
        <div class="card" role="radiogroup" aria-label={t("app.plans.title")}>
          {list(mine)}
        </div>
        {!has && <p class="section-word">{t("app.plans.cancel")}</p>}
      </section>
      {!has && <Trial plans={plans} />}
      {!has && <Compare plans={plans} />}
      {gifts.length > 0 && (
        <section class="section">
          <h3 class="section-title" id="gifts">
            {t("app.plans.gifts")}
          </h3>
          <div class="card" role="radiogroup" aria-labelledby="gifts">
            {list(gifts)}
          </div>
          <p class="section-word">{t("app.plans.gifts.word")}</p>
        </section>
      )}
      {chosen && <Checkout plan={chosen} />}
      <Section word={t("app.plans.support")}>
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

function Hero() {
  const reason = openedScreen("plans")?.reason;
  const left = me.value?.quota.remaining;
  const title =
    left === 0 || reason === "quota_exhausted" ? "app.plans.hero.limit" : "app.plans.hero";
  return (
    <div class="hero">
      <div class="mark gold">
        <Icon name="star" />
      </div>
      <h2 class="hero-title">{t(title)}</h2>
      <p class="hero-word">{t("app.plans.word")}</p>
    </div>
  );
}

/** For subscribers: what they have, with a link to it. */
function Held({ held }: { held: Subscription }) {
  return (
    <div class="hero">
      <div class="mark">
        <Icon name="check" />
      </div>
      <h2 class="hero-title">{me.value?.plan.name}</h2>
      <p class="hero-word">{subscriptionSummary(held)}</p>
      <TextButton onClick={() => openScreen({ name: "subscription" })}>
        {t("app.settings.plan.manage")}
      </TextButton>
    </div>
  );
}

/** The current plan next to the one on offer. */
function Compare({ plans }: { plans: readonly Plan[] }) {
  const free = plans.find(({ kind }) => kind === "free");
  const paid = plans.find(({ kind }) => kind === "subscription");
  const sides = [free, paid].filter((plan) => plan !== undefined);
  return (
    <div class="compare">
      {sides.map((plan) => (
        <section class={plan === paid ? "card side best" : "card side"} key={plan.id}>
          <h3 class="plan-name">{plan.name}</h3>
          <ul class="gives">
            {plan.features.map((feature) => (
              <li key={feature}>
                <Icon name="check" />
                <span>{feature}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** The free trial, while it is available. */
function Trial({ plans }: { plans: readonly Plan[] }) {
  const [waits, wait] = useState(false);
  const trial = plans.find(({ kind }) => kind === "trial");
  if (!trial || !state.value.subscription?.trialLeft) return null;
  const begin = async (): Promise<void> => {
    wait(true);
    await startTrial();
    wait(false);
  };
  return (
    <Section word={t("app.plans.trial.word")}>
      <Row
        icon="clock"
        tint="teal"
        name={plural("app.plans.trial", Math.round(trial.seconds / DAY))}
        waits={waits}
        onClick={() => void begin()}
      />
    </Section>
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
