// The endpoints about plans and payments. Telegram Stars pay an order's invoice.
import type { Api } from "./index.ts";
import type { Checkout, Order, Payments, Plans, Subscription } from "./types.ts";

export const billingApi = ({ json }: Pick<Api, "json">) => ({
  plans: () => json<Plans>("/api/plans"),
  checkout: (planId: string) =>
    json<Checkout>("/api/subscriptions/checkout", { method: "POST", body: { planId } }),
  order: (id: string) => json<Order>(`/api/orders/${id}`),
  subscription: () => json<Subscription>("/api/subscription"),
  payments: () => json<Payments>("/api/payments"),
  cancelOrder: (orderId: string) =>
    json<Subscription>(`/api/subscriptions/${orderId}/cancel`, { method: "POST" }),
  redeemGift: (code: string) =>
    json<Subscription>("/api/gifts/redeem", { method: "POST", body: { code } }),
  startTrial: () => json<Subscription>("/api/subscription/trial", { method: "POST" }),
  cancelSubscription: () => json<Subscription>("/api/subscription/cancel", { method: "POST" }),
  resumeSubscription: () => json<Subscription>("/api/subscription/resume", { method: "POST" }),
});
