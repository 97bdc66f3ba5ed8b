// Service messages as one line of text.
import { starText, t, timeText } from "../boot.ts";
import type { Message, Payment } from "../world/telegram.ts";
import type { ChatMessage } from "../world/types.ts";

/** The line, or null for an ordinary message. */
export function serviceText({ message, outgoing }: ChatMessage): string | null {
  if (message.successful_payment) return paymentText(message.successful_payment);
  if (message.refunded_payment) {
    return t("service.refunded", { amount: amountText(message.refunded_payment) });
  }
  if (message.contact && outgoing)
    return t("service.contact", { phone: leftToRight(message.contact.phone_number) });
  if (message.web_app_data) return t("service.data", { button: message.web_app_data.button_text });
  if (message.write_access_allowed) return t("service.writeAccess");
  if (message.pinned_message) return t("service.pinned");
  if (message.new_chat_members)
    return t("service.came", { name: message.new_chat_members[0]?.first_name ?? "" });
  if (message.left_chat_member)
    return t("service.left", { name: message.left_chat_member.first_name });
  if (message.new_chat_title) return t("service.renamed", { title: message.new_chat_title });
  if (message.forum_topic_created)
    return t("service.topic", { name: message.forum_topic_created.name });
  if (message.forum_topic_closed) return t("service.topicClosed");
  if (message.forum_topic_reopened) return t("service.topicOpen");
  return null;
}

/** Isolates a number so that its digits keep their order in text of either direction. */
function leftToRight(text: string): string {
  return `\u2066${text}\u2069`;
}

function paymentText(payment: Payment): string {
  const amount = amountText(payment);
  const until = payment.subscription_expiration_date;
  if (until === undefined) return t("service.paid", { amount });
  const date = timeText(until * 1000, { dateStyle: "medium" });
  const renewed = payment.is_recurring && !payment.is_first_recurring;
  return t(renewed ? "service.renewed" : "service.subscribed", { amount, date });
}

function amountText({ currency, total_amount }: Payment): string {
  return currency === "XTR" ? starText(total_amount) : `${total_amount} ${currency}`;
}

/** The day a message belongs to, for the separators. */
export function dayOf(message: Message): string {
  return timeText(message.date * 1000, { day: "numeric", month: "long", year: "numeric" });
}
