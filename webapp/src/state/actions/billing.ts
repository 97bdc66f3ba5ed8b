// Plans, checkout and the subscription. What the client says about a payment is only a hint:
// access begins when the server says that the order is paid.
import { signal } from "@preact/signals";
import { BridgeError, haptic } from "../../bridge/index.ts";
import { openInvoice } from "../../bridge/links.ts";
import { t } from "../../i18n.ts";
import { attempt, failureOf } from "../failure.ts";
import type { Failure, Subscription } from "../model.ts";
import { dispatch, state } from "../store.ts";
import { more } from "../more.ts";
import { loadMe, loadModels } from "./account.ts";
import { notice } from "./notice.ts";

export type CheckoutPhase =
  | { at: "idle" }
  /** The invoice is being made, or is open. */
  | { at: "paying"; planId: string }
  /** Paid as far as Telegram's client knows; waiting for the server's word. */
  | { at: "confirming"; planId: string }
  | { at: "slow"; orderId: string; planId: string }
  | { at: "done"; planId: string }
  | { at: "failed"; failure: Failure };

export const checkout = signal<CheckoutPhase>({ at: "idle" });

export async function loadPlans(): Promise<Failure | null> {
  let trouble: Failure | null = null;
  const plans = await attempt(() => more().plans(), (failure) => (trouble = failure));
  if (plans) dispatch({ type: "plans.loaded", plans: plans.items });
  return trouble;
}

export async function loadSubscription(): Promise<Failure | null> {
  let trouble: Failure | null = null;
  const found = await attempt(() => more().subscription(), (failure) => (trouble = failure));
  if (found) dispatch({ type: "subscription.loaded", subscription: found });
  return trouble;
}

/** The whole way from the button to the server's word. */
export async function buy(planId: string): Promise<void> {
  if (checkout.value.at === "paying" || checkout.value.at === "confirming") return;
  checkout.value = { at: "paying", planId };
  try {
    const order = await more().checkout(planId);
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

// Telegram's word usually arrives within a second; it may take longer, and is never lost.
const ASK_EVERY = [500, 700, 1_000, 1_500, 2_000, 2_000, 3_000, 3_000, 4_000, 5_000, 7_000, 10_000];

/** Waits for the server's word about an order. */
export async function confirmOrder(orderId: string, planId: string): Promise<void> {
  checkout.value = { at: "confirming", planId };
  for (const wait of ASK_EVERY) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const order = await attempt(() => more().order(orderId), () => undefined);
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
  const done = await take(() => (renews ? more().resumeSubscription() : more().cancelSubscription()));
  void loadMe();
  return done;
}

/** What Telegram's own settings or another device may have changed while this page was away. */
export function lookAgain(): void {
  void loadMe();
  void loadSubscription();
}

/** The days that cost nothing: once for each person, and they end by themselves. */
export async function startTrial(): Promise<void> {
  const trial = state.value.plans?.find(({ kind }) => kind === "trial");
  if (await take(() => more().startTrial())) await paid(trial?.id ?? "");
}

/** Asks for a change of the subscription and shows what became of it. */
async function take(ask: () => Promise<Subscription>): Promise<boolean> {
  const changed = await attempt(ask, notice);
  if (changed) dispatch({ type: "subscription.loaded", subscription: changed });
  return changed !== undefined;
}
