"""Stars: invoices, pre-checkout answers, refunds, subscriptions, transactions."""

from aiogram.methods import (
    AnswerPreCheckoutQuery,
    CreateInvoiceLink,
    EditUserStarSubscription,
    GetMyStarBalance,
    GetStarTransactions,
    RefundStarPayment,
    SendInvoice,
)

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.sending import reach, send
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.stars import Order, as_invoice

DETAILS = (
    "need_name",
    "need_phone_number",
    "need_email",
    "need_shipping_address",
    "is_flexible",
)


def create_invoice_link(hub: Hub, call: CreateInvoiceLink) -> str:
    """createInvoiceLink"""
    if call.business_connection_id:
        raise ApiError("business connection not found")
    return f"https://t.me/${hub.invoices.make(_order(call, call.subscription_period)).slug}"


def send_invoice(hub: Hub, call: SendInvoice) -> BotApi:
    """sendInvoice: one-time payments only; subscriptions need a link."""
    person_id = reach(hub, call)
    record = hub.invoices.make(_order(call, None))
    content: BotApi = {"invoice": as_invoice(record)}
    if call.reply_markup is None:  # "If empty, one 'Pay total price' button will be shown"
        pay: BotApi = {"text": f"Pay ⭐️{record.amount}", "pay": True}
        content["reply_markup"] = {"inline_keyboard": [[pay]]}
    stored = send(hub, call, content, invoice=True)
    record.message = (person_id, stored.id)
    return stored.message


def _order(call: CreateInvoiceLink | SendInvoice, period: int | None) -> Order:
    return Order(
        title=call.title,
        description=call.description,
        payload=call.payload,
        currency=call.currency,
        prices=[(price.label, price.amount) for price in call.prices],
        provider_token=call.provider_token,
        subscription_period=period or None,
        photo_url=call.photo_url,
        asks_for_details=any(getattr(call, name) for name in DETAILS),
        tips=bool(call.max_tip_amount or call.suggested_tip_amounts),
    )


def answer_pre_checkout_query(hub: Hub, call: AnswerPreCheckoutQuery) -> bool:
    """answerPreCheckoutQuery"""
    if not call.ok and not call.error_message:
        raise ApiError('Parameter "error_message" is required')
    hub.checkouts.answer(call.pre_checkout_query_id, None if call.ok else call.error_message)
    return True


def refund_star_payment(hub: Hub, call: RefundStarPayment) -> bool:
    """refundStarPayment"""
    if not call.telegram_payment_charge_id:
        raise ApiError('Parameter "telegram_payment_charge_id" is required')
    hub.ledger.refund(call.user_id, call.telegram_payment_charge_id)
    return True


def edit_user_star_subscription(hub: Hub, call: EditUserStarSubscription) -> bool:
    """editUserStarSubscription"""
    hub.subscriptions.set_by_bot(call.user_id, call.telegram_payment_charge_id, call.is_canceled)
    return True


def get_star_transactions(hub: Hub, call: GetStarTransactions) -> BotApi:
    """getStarTransactions: in order of time, skipping `offset` of them."""
    limit = 100 if call.limit is None else call.limit
    if not 1 <= limit <= 100 or (call.offset or 0) < 0:
        raise ApiError("LIMIT_INVALID")
    return {"transactions": hub.ledger.transactions(call.offset or 0, limit)}


def get_my_star_balance(hub: Hub, call: GetMyStarBalance) -> BotApi:
    """getMyStarBalance"""
    return {"amount": hub.world.bot_stars}


METHODS = (
    Method(CreateInvoiceLink, create_invoice_link),
    Method(SendInvoice, send_invoice),
    Method(AnswerPreCheckoutQuery, answer_pre_checkout_query),
    Method(RefundStarPayment, refund_star_payment),
    Method(EditUserStarSubscription, edit_user_star_subscription),
    Method(GetStarTransactions, get_star_transactions),
    Method(GetMyStarBalance, get_my_star_balance),
)
