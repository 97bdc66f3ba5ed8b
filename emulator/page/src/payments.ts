// Paying an invoice, from the chat or from a Mini App.
import { openDialog } from "./dialogs.ts";
import { attempt, refusalText, showToast } from "./toast.ts";
import { ActionRefused, request } from "./world/actions.ts";
import type { InvoiceSheet } from "./world/types.ts";

export type InvoiceStatus = "paid" | "cancelled" | "failed" | "pending";

/** Shows the sheet of a slug or of an invoice message; returns the result. */
export async function openInvoice(
  personId: number,
  from: { slug: string } | { messageId: number },
): Promise<InvoiceStatus> {
  const sheet = await readSheet(personId, from);
  if (!sheet) return "failed";
  const closed = await openDialog("invoice", { personId, sheet }).answer;
  if (!closed) {
    await attempt(request("payInvoice", { personId, slug: sheet.slug, outcome: "cancel" }));
    return "cancelled";
  }
  return closed.status === "waiting" ? "pending" : closed.status;
}

async function readSheet(
  personId: number,
  from: { slug: string } | { messageId: number },
): Promise<InvoiceSheet | null> {
  try {
    return (await request("openInvoice", { personId, ...from })).sheet;
  } catch (error) {
    if (!(error instanceof ActionRefused)) throw error;
    showToast(refusalText(error));
    return null;
  }
}
