// An invoice in the chat, before and after it was paid.
import "./dom.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "preact";
import { MessageView } from "../../page/src/chat/message.tsx";
import type { ChatMessage } from "../../page/src/world/types.ts";

const invoice = {
  title: "50 messages",
  description: "More",
  start_parameter: "",
  currency: "XTR",
  total_amount: 75,
};
const buttons = [[{ text: "Pay 75", pay: true }], [{ text: "Terms", callback_data: "terms" }]];
const message = { message_id: 1, date: 0, invoice, reply_markup: { inline_keyboard: buttons } };

function labels(paid: boolean): (string | null)[] {
  const box = document.createElement("ul");
  const entry = { id: 1, outgoing: false, message, paid, reactions: {} };
  render(<MessageView entry={entry as unknown as ChatMessage} />, box);
  return [...box.querySelectorAll(".message-button")].map((button) => button.textContent);
}

test("the button of a paid invoice shows its receipt; the others stay", () => {
  assert.deepEqual(labels(false), ["Pay 75", "Terms"]);
  const [receipt, terms] = labels(true);
  assert.match(receipt ?? "", /chat\.receipt/);
  assert.equal(terms, "Terms");
});
