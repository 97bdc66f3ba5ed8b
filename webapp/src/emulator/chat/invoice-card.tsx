// An invoice in the chat. Its Pay button is the first of its keyboard.
import { starText } from "../boot.ts";
import type { Invoice } from "../world/telegram.ts";

export function InvoiceCard({ invoice }: { invoice: Invoice }) {
  const { title, description, currency, total_amount } = invoice;
  return (
    <div class="invoice-card">
      <strong class="invoice-title">{title}</strong>
      <p>{description}</p>
      <span class="price">{currency === "XTR" ? starText(total_amount) : `${total_amount} ${currency}`}</span>
    </div>
  );
}
