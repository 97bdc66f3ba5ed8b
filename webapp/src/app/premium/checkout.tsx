// Checkout: Telegram's payment form, waiting for the confirmation, thanks.
import { useEffect, useRef, useState } from "preact/hooks";
import { buy, checkout, confirmOrder } from "../../actions/billing.ts";
import { retryRequest } from "../../actions/messages.ts";
import { close as closeApp, setMainButton } from "../../bridge/index.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { messageFailure } from "../../state/failure.ts";
import type { ChatMessage, Plan } from "../../state/model.ts";
import { closeAllScreens, topScreen } from "../../state/navigation.ts";
import { currentPath, state } from "../../state/store.ts";
import { Problem, TextButton } from "../ui/controls.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { isSolvedByPaying } from "./remedy.tsx";
import { subscriptionSummary } from "./subscription-status.ts";

/** The pay button, below the list of plans. */
export function Checkout({ plan }: { plan: Plan }) {
  const phase = checkout.value;
  const waits = phase.at === "paying";
  const text = t("app.plans.buy", { stars: formatNumber(plan.stars) });
  const native = useMainButton(text, waits, () => void buy(plan.id));
  return (
    <div class="checkout">
      {!native && (
        <button
          type="button"
          class="main-button"
          disabled={waits}
          onClick={() => void buy(plan.id)}
        >
          {waits ? <span class="spinner" /> : <Icon name="star" />}
          {text}
        </button>
      )}
    </div>
  );
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

/** Shows Telegram's main button while this screen is on top; false if the client has none. */
function useMainButton(text: string, progress: boolean, onPress: () => void): boolean {
  const [native, tell] = useState(false);
  const shown = topScreen.value?.name === "plans";
  useEffect(() => {
    const has = shown && setMainButton({ text, progress, active: !progress, onPress });
    tell(has);
    return () => void setMainButton(null);
  }, [text, progress, shown]);
  return native;
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
        <button
          type="button"
          class="main-button"
          onClick={() => void confirmOrder(phase.orderId, phase.planId)}
        >
          {t("app.checkout.look")}
        </button>
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
  const goOn = (): void => {
    closeAllScreens();
    if (question) retryRequest(question);
  };
  return (
    <div class="screen">
      <Word
        icon={plan?.kind === "gift" ? "gift" : "check"}
        title={t(`${key}.title`, { plan: plan?.name ?? "" })}
        words={words}
      />
      {plan?.kind === "gift" && (
        <button type="button" class="main-button" onClick={() => closeApp()}>
          {t("app.thanks.gift.go")}
        </button>
      )}
      {plan?.kind === "gift" ? (
        <TextButton onClick={goOn}>{t("app.back")}</TextButton>
      ) : (
        <button type="button" class="main-button" onClick={goOn}>
          {t(question ? "app.thanks.ask" : "app.thanks.go")}
        </button>
      )}
    </div>
  );
}
