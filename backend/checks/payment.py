"""A check's payment: a message of the quota, and its cost at the provider.

Both are reserved in the transaction that starts the check, and settled or released in the one that
ends it.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.checks.schemas import Check
from backend.llm import Model
from backend.metering import FailedAttempt, ProviderCall, provider_calls, quota


async def reserve_check(
    db: AsyncConnection,
    user_id: int,
    check: Check,
    model: Model,
    claims: int,
    daily_cap: int | None,
    now: datetime,
    group_id: int | None = None,
) -> None:
    """Hold a message, of what was paid for the group `group_id` if there is any, and the most that
    so many claims may cost.

    Raises:
        QuotaExhausted, ModelNotInPlan, TooManyRuns, SpendingCapReached, OperatorCapReached,
        ModelPriceUnknown: it does not fit.
    """
    each = check.price.claim_micro_dollars
    most = None if each is None else each * claims
    await quota.reserve_quota(
        db,
        user_id,
        check.id,
        model.price_class,
        now,
        most=0,
        daily_cap=None,
        group_id=group_id,
    )
    # Last: with an operator's cap all transactions lock the day's row.
    await provider_calls.reserve_call_cost(db, _call(user_id, check), most, daily_cap, now)


async def settle(
    db: AsyncConnection,
    user_id: int,
    check: Check,
    failed: list[FailedAttempt],
    now: datetime,
) -> None:
    """Settle the message if there are results; the provider's charge always counts."""
    if any(claim.verdict is not None for claim in check.claims):
        await quota.settle_quota(db, user_id, check.id, now)
    else:
        await quota.release_quota(db, user_id, check.id, now)
    await provider_calls.settle_call_cost(
        db, user_id, check.id, check.cost_micro_dollars, now, guessed=check.cost_estimated
    )
    await provider_calls.record_failed_attempts(
        db, user_id, check.id, check.conversation_id, failed, now
    )


def _call(user_id: int, check: Check) -> ProviderCall:
    return ProviderCall(
        user_id=user_id,
        id=check.id,
        purpose="check",
        provider=check.provider,
        model_id=check.model_id,
        conversation_id=check.conversation_id,
    )
