"""Metering: quota, allowances, caps and provider costs."""

from backend.metering import (
    credits,
    group_passes,
    operator_cap,
    provider_calls,
    provider_costs,
    quota,
    restrictions,
    spending,
)
from backend.metering.answers import count_answers
from backend.metering.credits import CreditPack, left_in_packs
from backend.metering.group_passes import GroupMessages, GroupPass
from backend.metering.meter import Meter
from backend.metering.provider_calls import (
    FailedAttempt,
    ProviderCall,
    Purpose,
    record_failed_attempts,
)
from backend.metering.quota import Allowance

__all__ = [
    "Allowance",
    "CreditPack",
    "FailedAttempt",
    "GroupMessages",
    "GroupPass",
    "Meter",
    "ProviderCall",
    "Purpose",
    "count_answers",
    "credits",
    "group_passes",
    "left_in_packs",
    "operator_cap",
    "provider_calls",
    "provider_costs",
    "quota",
    "record_failed_attempts",
    "restrictions",
    "spending",
]
