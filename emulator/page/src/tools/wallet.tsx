// A person's Stars, what they bought, and pending payments.
import { starText, t, timeText } from "../boot.ts";
import { attempt, showToast } from "../toast.ts";
import { act, request } from "../world/actions.ts";
import { walletOf, world } from "../world/live.ts";
import type { Checkout, Subscription, WalletEntry } from "../world/types.ts";
import { Group } from "./fields.tsx";

const AMOUNTS = [100, 500, 2500];
const SHOWN = 12;

export function WalletGroup({ personId }: { personId: number }) {
  const wallet = walletOf(personId);
  const pending = (world.value?.checkouts ?? []).filter(
    (one) => one.personId === personId && one.status === "pending",
  );
  return (
    <>
      <Group title={t("wallet.title")}>
        <p class="big-number">{starText(wallet?.balance ?? 0)}</p>
        <div class="buttons">
          {AMOUNTS.map((stars) => (
            <button
              key={stars}
              type="button"
              class="secondary"
              onClick={() => void attempt(act({ type: "topUp", personId, stars }))}
            >
              +{starText(stars)}
            </button>
          ))}
        </div>
        {pending.map((checkout) => (
          <Pending key={checkout.id} checkout={checkout} />
        ))}
        <Entries entries={wallet?.entries ?? []} personId={personId} />
      </Group>
      {(wallet?.subscriptions ?? []).length > 0 && (
        <Group title={t("subscriptions.title")}>
          {wallet?.subscriptions.map((one) => (
            <SubscriptionRow key={one.id} subscription={one} />
          ))}
        </Group>
      )}
    </>
  );
}

function Pending({ checkout }: { checkout: Checkout }) {
  const settle = async (paid: boolean) => {
    const closed = await attempt(request("settlePending", { checkoutId: checkout.id, paid }));
    if (closed?.error) showToast(closed.error);
  };
  return (
    <div class="card">
      <p>{t("wallet.pending", { slug: checkout.slug })}</p>
      <div class="buttons">
        <button type="button" class="secondary" onClick={() => void settle(true)}>
          {t("wallet.settlePaid")}
        </button>
        <button type="button" class="secondary" onClick={() => void settle(false)}>
          {t("wallet.settleFailed")}
        </button>
      </div>
    </div>
  );
}

function Entries({ entries, personId }: { entries: readonly WalletEntry[]; personId: number }) {
  if (entries.length === 0) return <p class="hint">{t("wallet.empty")}</p>;
  return (
    <ul class="entries">
      {entries.slice(0, SHOWN).map((entry) => (
        <li key={`${entry.kind}-${entry.id}`}>
          <span class="entry-text">
            <span dir="auto">{entry.title || t(`wallet.kind.${entry.kind}`)}</span>
            <small>
              {t(`wallet.kind.${entry.kind}`)} ·{" "}
              {timeText(Date.parse(entry.at), { dateStyle: "medium" })}
            </small>
          </span>
          <span class={entry.amount < 0 ? "amount" : "amount gain"}>
            {entry.amount > 0 ? "+" : ""}
            {starText(entry.amount)}
          </span>
          {(entry.kind === "payment" || entry.kind === "renewal") && (
            <button
              type="button"
              class="quiet"
              onClick={() =>
                void attempt(act({ type: "chargeback", personId, chargeId: entry.id }))
              }
            >
              {t("wallet.chargeback")}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function SubscriptionRow({ subscription }: { subscription: Subscription }) {
  const { id, personId, state, title, amount, expiresAt, canReenable, payments } = subscription;
  const set = (canceled: boolean) =>
    void attempt(act({ type: "setSubscription", personId, subscriptionId: id, canceled }));
  const until = timeText(Date.parse(expiresAt), { dateStyle: "medium" });
  return (
    <div class="card">
      <div class="card-head">
        <strong dir="auto">{title}</strong>
        <span class={`badge ${state}`}>{t(`subscriptions.${state}`)}</span>
      </div>
      <p class="facts">{t("subscriptions.facts", { amount: starText(amount), until, payments })}</p>
      {state === "active" && (
        <button type="button" class="secondary" onClick={() => set(true)}>
          {t("subscriptions.cancel")}
        </button>
      )}
      {state !== "active" && (
        <button type="button" class="secondary" disabled={!canReenable} onClick={() => set(false)}>
          {t(state === "canceled" ? "subscriptions.reenable" : "subscriptions.payNow")}
        </button>
      )}
    </div>
  );
}
