"""Billing: payments in Telegram Stars, from the order to the books."""

from backend.billing import copies, notices, operator_grants, orders
from backend.billing.history import PaymentRecord, payments_of
from backend.billing.orders import Order
from backend.billing.people import EVENT_KINDS
from backend.billing.ports import (
    Invoice,
    Notice,
    Notifier,
    Payment,
    Refund,
    StarBalance,
    StarTransaction,
)
from backend.billing.referrals import DAYS as REFERRAL_DAYS
from backend.billing.refunds import payer_of
from backend.billing.renewals import Renewals
from backend.billing.requests import (
    LONGEST_TEXT,
    SupportRequest,
    answer_request,
    open_request,
    open_requests,
)
from backend.billing.service import Billing, PlanStatus
from backend.billing.view import Subscription
from backend.billing.wording import gift_link, notice_text, refusal_text

__all__ = [
    "EVENT_KINDS",
    "LONGEST_TEXT",
    "REFERRAL_DAYS",
    "Billing",
    "Invoice",
    "Notice",
    "Notifier",
    "Order",
    "Payment",
    "PaymentRecord",
    "PlanStatus",
    "Refund",
    "Renewals",
    "StarBalance",
    "StarTransaction",
    "Subscription",
    "SupportRequest",
    "answer_request",
    "copies",
    "gift_link",
    "notice_text",
    "notices",
    "open_request",
    "open_requests",
    "operator_grants",
    "orders",
    "payer_of",
    "payments_of",
    "refusal_text",
]
