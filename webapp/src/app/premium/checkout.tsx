// Checkout: Telegram's payment form, waiting for the confirmation, thanks.
import { useCallback, useEffect, useRef } from "preact/hooks";
import { buy, checkout, confirmOrder } from "../../actions/billing.ts";
import { retryRequest } from "../../actions/messages.ts";
import { close as closeApp } from "../../bridge/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { messageFailure } from "../../state/failure.ts";
import type { ChatMessage, Plan } from "../../state/model.ts";
import { closeAllScreens } from "../../state/navigation.ts";
import { currentPath, state } from "../../state/store.ts";
import { Problem } from "../ui/controls.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { isSolvedByPaying } from "./remedy.tsx";
import { subscriptionSummary } from "./subscription-status.ts";
import { WideButtons } from "./wide-buttons.tsx";

/** The pay button, below the list of plans. */
export function Checkout({ plan }: { plan: Plan }) {
  const pay = useCallback(() => void buy(plan.id), [plan.id]);
  const text = t("app.plans.buy", { stars: formatNumber(plan.stars) });
  const waits = checkout.value.at === "paying";
  return <WideButtons main={{ text, icon: "star", waits, onPress: pay }} />;
}

/** Why the payment failed, scrolled into view from the button below. */
export function NotPaid() {
  const self = useRef<HTMLDivElement>(null);
  const phase = checkout.value;
  useEffect(() => {
    if (phase.at === "failed") self.current?.scrollIntoView({ block: "center" });
  }, [phase]);
  return (
    <div ref={self} role="alert">
      {phase.at === "failed" && <Problem failure={phase.failure} />}
    </div>
  );
}

interface WordProps {
  icon: IconName;
  title: string;
  words: readonly string[];
  waits?: boolean;
}

function Word({ icon, title, words, waits = false }: WordProps) {
  return (
    <div class={waits ? "hero waits" : "hero"} role="status">
      <div class="mark">
        <Icon name={icon} />
      </div>
      <h2 class="hero-title">{title}</h2>
      {words.map((word) => (
        <p class="hero-word" key={word}>
          {word}
        </p>
      ))}
    </div>
  );
}

/** Paid according to Telegram's client; only the server grants access. */
export function Waiting() {
  const phase = checkout.value;
  if (phase.at === "slow") {
    return (
      <div class="screen">
        <Word
          icon="clock"
          title={t("app.checkout.slow.title")}
          words={[t("app.checkout.slow.detail")]}
        />
        <LookAgain orderId={phase.orderId} planId={phase.planId} />
      </div>
    );
  }
  return (
    <div class="screen">
      <Word
        waits
        icon="star"
        title={t("app.checkout.confirming")}
        words={[t("app.checkout.confirming.word")]}
      />
    </div>
  );
}

function LookAgain({ orderId, planId }: { orderId: string; planId: string }) {
  const look = useCallback(() => void confirmOrder(orderId, planId), [orderId, planId]);
  return <WideButtons main={{ text: t("app.checkout.look"), onPress: look }} />;
}

/** The question that was refused because the quota was used up. */
function unanswered(): ChatMessage | null {
  const last = currentPath.value.at(-1);
  const failure = last?.pending?.status === "failed" ? messageFailure(last) : null;
  return last && failure && isSolvedByPaying(failure.code) ? last : null;
}

export function Thanks() {
  const planId = checkout.value.at === "done" ? checkout.value.planId : "";
  const plan = state.value.plans?.find(({ id }) => id === planId);
  const key =
    plan?.kind === "pack" || plan?.kind === "gift" ? `app.thanks.${plan.kind}` : "app.thanks";
  const held = state.value.subscription;
  const words = [t(`${key}.word`)];
  if (key === "app.thanks" && held) words.push(subscriptionSummary(held));
  const question = plan?.kind === "gift" ? null : unanswered();
  const goOn = useCallback(() => {
    closeAllScreens();
    if (question) retryRequest(question);
  }, [question]);
  const back = { text: t("app.back"), onPress: goOn };
  const ask = { text: t(question ? "app.thanks.ask" : "app.thanks.go"), onPress: goOn };
  return (
    <div class="screen">
      <Word
        icon={plan?.kind === "gift" ? "gift" : "check"}
        title={t(`${key}.title`, { plan: plan?.name ?? "" })}
        words={words}
      />
      {plan?.kind === "gift" ? (
        <WideButtons main={{ text: t("app.thanks.gift.go"), onPress: closeApp }} second={back} />
      ) : (
        <WideButtons main={ask} />
      )}
    </div>
  );
}
