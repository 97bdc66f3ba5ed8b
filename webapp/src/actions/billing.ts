// Plans, checkout and the subscription. The payment result that Telegram's client reports is only a
// hint: access begins once the server reports the order as paid.
import { signal } from "@preact/signals";
import { billingApi } from "../api/billing.ts";
import { BridgeError, haptic } from "../bridge/index.ts";
import { openInvoice } from "../bridge/links.ts";
import { t } from "../i18n/index.ts";
import { attempt, failureOf } from "../state/failure.ts";
import type { Failure, Subscription } from "../state/model.ts";
import { dispatch, state } from "../state/store.ts";
import { loadMe, loadModels } from "./account.ts";
import { services } from "./services.ts";
import { showToast } from "./toast.ts";

const billing = () => billingApi(services().api);

export type CheckoutPhase =
  | { at: "idle" }
  /** The invoice is being created, or is open. */
  | { at: "paying"; planId: string }
  /** Paid according to Telegram's client; waiting for the server. */
  | { at: "confirming"; planId: string }
  | { at: "slow"; orderId: string; planId: string }
  | { at: "done"; planId: string }
  | { at: "failed"; failure: Failure };

export const checkout = signal<CheckoutPhase>({ at: "idle" });

export async function loadPlans(): Promise<Failure | null> {
  let failed: Failure | null = null;
  const plans = await attempt(
    () => billing().plans(),
    (failure) => (failed = failure),
  );
  if (plans) dispatch({ type: "plans.loaded", plans: plans.items });
  return failed;
}

export async function loadSubscription(): Promise<Failure | null> {
  let failed: Failure | null = null;
  const found = await attempt(
    () => billing().subscription(),
    (failure) => (failed = failure),
  );
  if (found) dispatch({ type: "subscription.loaded", subscription: found });
  return failed;
}

/** The whole purchase, from the button to the server's confirmation. */
export async function buy(planId: string): Promise<void> {
  if (checkout.value.at === "paying" || checkout.value.at === "confirming") return;
  checkout.value = { at: "paying", planId };
  try {
    const order = await billing().checkout(planId);
    const status = await openInvoice(order.invoiceLink);
    if (status === "cancelled") checkout.value = { at: "idle" };
    else if (status === "failed") fail("app.checkout.failed");
    else await confirmOrder(order.orderId, planId);
  } catch (thrown) {
    if (thrown instanceof BridgeError) return fail("app.checkout.unsupported");
    const failure = failureOf(thrown);
    checkout.value = failure ? { at: "failed", failure } : { at: "idle" };
  }
}

function fail(key: string): void {
  const failure = { code: key, title: t(`${key}.title`), detail: t(`${key}.detail`) };
  checkout.value = { at: "failed", failure };
}

// Telegram's update usually arrives within a second; it may take longer, and is never lost.
const ASK_EVERY = [500, 700, 1_000, 1_500, 2_000, 2_000, 3_000, 3_000, 4_000, 5_000, 7_000, 10_000];

/** Waits until the server reports an order as paid. */
export async function confirmOrder(orderId: string, planId: string): Promise<void> {
  checkout.value = { at: "confirming", planId };
  for (const wait of ASK_EVERY) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const order = await attempt(
      () => billing().order(orderId),
      () => undefined,
    );
    if (order?.state === "paid") return paid(planId);
    if (order?.state === "refunded") return fail("app.checkout.refunded");
  }
  checkout.value = { at: "slow", orderId, planId };
}

async function paid(planId: string): Promise<void> {
  haptic("success");
  await Promise.all([loadMe(), loadModels(), loadSubscription()]);
  checkout.value = { at: "done", planId };
}

/** Turns renewal off or on again; access stays until the paid time ends. */
export async function setRenewal(renews: boolean): Promise<boolean> {
  const done = await changeSubscription(() =>
    renews ? billing().resumeSubscription() : billing().cancelSubscription(),
  );
  void loadMe();
  return done;
}

export const payments = () => billing().payments();

/** Stops one of several upcoming charges. */
export const cancelCharge = (orderId: string): Promise<boolean> =>
  changeSubscription(() => billing().cancelOrder(orderId));

/** Reloads what Telegram's settings or another device may have changed while this page was
 *  hidden. */
export function refreshBilling(): void {
  void loadMe();
  void loadSubscription();
}

/** Starts the free trial: once per person; it ends by itself. */
export async function startTrial(): Promise<void> {
  const trial = state.value.plans?.find(({ kind }) => kind === "trial");
  if (await changeSubscription(() => billing().startTrial())) await paid(trial?.id ?? "");
}

/** Opens a gift; null on success, else the failure. */
export async function redeemGift(code: string): Promise<Failure | null> {
  let failed: Failure | null = null;
  const held = await attempt(
    () => billing().redeemGift(code),
    (failure) => (failed = failure),
  );
  if (held) await paid(held.planId);
  return failed;
}

/** Requests a change of the subscription and shows the result. */
async function changeSubscription(ask: () => Promise<Subscription>): Promise<boolean> {
  const changed = await attempt(ask, showToast);
  if (changed) dispatch({ type: "subscription.loaded", subscription: changed });
  return changed !== undefined;
}
