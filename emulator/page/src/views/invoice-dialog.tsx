// The payment sheet: what is bought, the balance, and every result.
import { useState } from "preact/hooks";
import { has, starText, t } from "../boot.ts";
import { attempt } from "../toast.ts";
import { act, type InvoiceClosed, type PayOutcome, request } from "../world/actions.ts";
import { walletOf } from "../world/live.ts";
import type { InvoiceSheet } from "../world/types.ts";
import { Icon } from "./icon.tsx";

interface Props {
  id: string;
  personId: number;
  sheet: InvoiceSheet;
  done: (result: InvoiceClosed | null) => void;
}

export function InvoiceDialog({ id, personId, sheet, done }: Props) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<InvoiceClosed | null>(null);
  const pay = async (outcome: PayOutcome) => {
    setBusy(true);
    const closed = await attempt(request("payInvoice", { personId, slug: sheet.slug, outcome }));
    setBusy(false);
    // A failed payment shows its reason before the sheet closes.
    if (closed?.status === "failed") setFailed(closed);
    else if (closed) done(closed);
  };
  return (
    <div class="invoice" aria-busy={busy}>
      <span class="invoice-star" aria-hidden="true">
        <Icon name="star" />
      </span>
      <h2 id={id} dir="auto">
        {sheet.title}
      </h2>
      <p class="dialog-text" dir="auto">
        {sheet.description}
      </p>
      <Terms sheet={sheet} />
      {failed ? (
        <Failure closed={failed} done={done} />
      ) : (
        <Ways personId={personId} sheet={sheet} busy={busy} pay={(outcome) => void pay(outcome)} />
      )}
    </div>
  );
}

function Terms({ sheet }: { sheet: InvoiceSheet }) {
  return (
    <dl class="terms">
      <dt>{t("invoice.price")}</dt>
      <dd>{priceText(sheet)}</dd>
      {sheet.subscriptionPeriod !== null && (
        <>
          <dt>{t("invoice.renews")}</dt>
          <dd>{t("invoice.every", { days: Math.round(sheet.subscriptionPeriod / 86_400) })}</dd>
        </>
      )}
    </dl>
  );
}

function priceText({ currency, amount }: InvoiceSheet): string {
  return currency === "XTR" ? starText(amount) : `${amount} ${currency}`;
}

interface WaysProps {
  personId: number;
  sheet: InvoiceSheet;
  busy: boolean;
  pay: (outcome: PayOutcome) => void;
}

function Ways({ personId, sheet, busy, pay }: WaysProps) {
  const balance = walletOf(personId)?.balance ?? sheet.balance;
  const missing = sheet.amount - balance;
  const topUp = () => void attempt(act({ type: "topUp", personId, stars: missing }));
  return (
    <>
      <p class="balance">{t("invoice.balance", { amount: starText(balance) })}</p>
      {missing > 0 && (
        <button type="button" class="secondary big" onClick={topUp}>
          {t("invoice.topUp", { amount: starText(missing) })}
        </button>
      )}
      <button
        type="button"
        class="primary big"
        data-first=""
        disabled={busy}
        onClick={() => pay("pay")}
      >
        {busy ? <span class="spinner" /> : t("invoice.pay", { amount: priceText(sheet) })}
      </button>
      <div class="outcomes" role="group" aria-label={t("invoice.outcomes")}>
        {(["cancel", "fail", "pending"] as const).map((outcome) => (
          <button
            key={outcome}
            type="button"
            class="quiet"
            disabled={busy}
            onClick={() => pay(outcome)}
          >
            {t(`invoice.${outcome}`)}
          </button>
        ))}
      </div>
    </>
  );
}

/** Telegram's own codes as text; the bot's texts unchanged. */
function failureText(error: string | null): string {
  if (error === null) return t("invoice.failed");
  return has(`invoice.error.${error}`) ? t(`invoice.error.${error}`) : error;
}

function Failure({ closed, done }: { closed: InvoiceClosed; done: Props["done"] }) {
  return (
    <>
      <p class="failure" role="alert" dir="auto">
        {failureText(closed.error)}
      </p>
      <button type="button" class="primary big" data-first="" onClick={() => done(closed)}>
        {t("dialog.close")}
      </button>
    </>
  );
}
