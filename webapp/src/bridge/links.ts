// What leads out of the app: links, Telegram links, invoices, sharing.

import type { InvoiceStatus } from "./protocol.ts";
import { answer, BridgeError, post } from "./transport.ts";

const TELEGRAM_HOSTS = ["t.me", "telegram.me", "telegram.dog"];

/** Opens a web page outside the app. Only http and https: a link may come from a model. */
export function openLink(url: string): void {
  const target = parse(url);
  if (!target) return;
  if (TELEGRAM_HOSTS.includes(target.host) && openTelegramLink(url)) return;
  if (!post("web_app_open_link", { url: target.href })) {
    window.open(target.href, "_blank", "noopener,noreferrer");
  }
}

/** Opens a t.me link inside Telegram; false if it is not one or the client cannot. */
export function openTelegramLink(url: string): boolean {
  const target = parse(url);
  if (!target || !TELEGRAM_HOSTS.includes(target.host)) return false;
  return post("web_app_open_tg_link", { path_full: target.pathname + target.search });
}

/**
 * Opens the payment form of an invoice link (`t.me/$slug` or `t.me/invoice/slug`) and waits
 * until it is closed. "paid" is only what the client says: access follows from the server.
 * Rejects with `BridgeError` when the client knows no invoices or the link is none.
 */
export async function openInvoice(url: string): Promise<InvoiceStatus> {
  const target = parse(url);
  const slug = /^\/(?:\$|invoice\/)([\w-]+)$/.exec(target?.pathname ?? "")?.[1];
  if (!slug || !TELEGRAM_HOSTS.includes(target!.host)) throw new BridgeError("INVOICE_LINK");
  const closed = await answer(
    "invoice_closed",
    () => post("web_app_open_invoice", { slug }),
    (data) => data.slug === slug,
  );
  return closed.status;
}

/** Lets the person send a message that the bot prepared; false when they did not. */
export async function shareMessage(id: string): Promise<boolean> {
  const outcome = await answer(["prepared_message_sent", "prepared_message_failed"], () =>
    post("web_app_send_prepared_message", { id }),
  );
  return !outcome;
}

function parse(url: string): URL | undefined {
  try {
    const parsed = new URL(url);
    return /^https?:$/.test(parsed.protocol) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
