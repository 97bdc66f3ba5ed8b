// An invoice in the chat. Its Pay button is the first of its keyboard, and is called Receipt once
// it is paid.
import { starText, t } from "../boot.ts";
import { openDialog } from "../dialogs.ts";
import type { Invoice } from "../world/telegram.ts";

export function InvoiceCard({ invoice }: { invoice: Invoice }) {
  const { title, description } = invoice;
  return (
    <div class="invoice-card">
      <strong class="invoice-title">{title}</strong>
      <p>{description}</p>
      <span class="price">{priceOf(invoice)}</span>
    </div>
  );
}

const priceOf = ({ currency, total_amount }: Invoice): string =>
  currency === "XTR" ? starText(total_amount) : `${total_amount} ${currency}`;

export function showReceipt(invoice: Invoice): void {
  const text = t("chat.receipt.paid", { price: priceOf(invoice) });
  openDialog("choice", {
    title: invoice.title,
    text,
    buttons: [{ id: "ok", text: t("dialog.ok") }],
  });
}
