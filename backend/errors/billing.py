"""Plans, quota, payments and the books."""

from backend.errors.base import (
    Conflict,
    NotFound,
    PaymentRequired,
    RateLimited,
    TanyaError,
    Unavailable,
)
from backend.errors.server import SettingsInvalid

__all__ = [
    "AgreementsInvalid",
    "AlreadySubscribed",
    "ChargeAlreadyRefunded",
    "GiftNotFound",
    "GiftUsed",
    "ModelNotInPlan",
    "ModelPriceUnknown",
    "MovementUnbalanced",
    "OperatorCapReached",
    "OrderNotFound",
    "PartnerNotFound",
    "PaymentNotFound",
    "PeriodClosed",
    "PeriodNotOver",
    "PlanNotFound",
    "QuotaExhausted",
    "ReservationEnded",
    "SpendingCapReached",
    "StarsRefused",
    "StarsUnavailable",
    "SubscriptionNotFound",
    "TooManyRuns",
    "TrialUsed",
]


class QuotaExhausted(PaymentRequired):
    """The day's `limit` of messages and the credits are used up; `renewsAt` tells until when."""

    code = "quota_exhausted"


class ModelNotInPlan(PaymentRequired):
    """The person's plan does not have models of this price class."""

    code = "model_not_in_plan"


class SpendingCapReached(PaymentRequired):
    """The answer's ceiling exceeds the person's own cap for the month: of `cap` dollars `spent` are
    gone and `reserved` held. `renewsOn` is when the next month begins."""

    code = "spending_cap_reached"


class OperatorCapReached(Unavailable):
    """The answer's ceiling exceeds the operator's cap for the day."""

    code = "operator_cap_reached"


class ModelPriceUnknown(PaymentRequired):
    """There is a cap on spending, and this model's price is unknown."""

    code = "model_price_unknown"


class TooManyRuns(RateLimited):
    """As many answers as the plan allows (`limit`) are being written already."""

    code = "too_many_runs"


class ReservationEnded(Conflict):
    """The run's reservation was settled or returned already; a new run needs a new id."""

    code = "reservation_ended"


class PlanNotFound(NotFound):
    """There is no such plan, or it is not for sale."""

    code = "plan_not_found"


class AlreadySubscribed(Conflict):
    """The person has a subscription that renews; a second one would be paid for nothing."""

    code = "already_subscribed"


class OrderNotFound(NotFound):
    """The caller has no such order."""

    code = "order_not_found"


class SubscriptionNotFound(NotFound):
    """The caller has no subscription that this could be done to."""

    code = "subscription_not_found"


class PaymentNotFound(NotFound):
    """No payment with this charge id is in the books."""

    code = "payment_not_found"


class TrialUsed(Conflict):
    """The person had their trial, or has the plan already."""

    code = "trial_used"


class GiftNotFound(NotFound):
    """There is no gift under this code, or its payment was refunded."""

    code = "gift_not_found"


class GiftUsed(Conflict):
    """The gift was redeemed already."""

    code = "gift_used"


class StarsUnavailable(Unavailable):
    """Telegram did not take a request about Stars; it may in a moment."""

    code = "stars_unavailable"


class ChargeAlreadyRefunded(Conflict):
    """Telegram says that the payment was refunded before: for a refund, success."""

    code = "charge_already_refunded"


class StarsRefused(Conflict):
    """Telegram permanently refuses a request about Stars; `reason` is its error text."""

    code = "stars_refused"


class MovementUnbalanced(TanyaError):
    """A ledger movement does not sum to zero: a mistake in this program, and never booked."""

    code = "movement_unbalanced"
    worth_retrying = False


class PeriodNotOver(Conflict):
    """`month` cannot be closed yet: it, or its hold for late news, is not over."""

    code = "period_not_over"


class PeriodClosed(Conflict):
    """`month` is closed already, and closed periods stay closed."""

    code = "period_closed"


class PartnerNotFound(NotFound):
    """There is no agreement with a partner of this name for the month."""

    code = "partner_not_found"


class AgreementsInvalid(SettingsInvalid):
    """The file of agreements is wrong; `name` and `reason` say where and why."""

    code = "agreements_invalid"
    worth_retrying = False
