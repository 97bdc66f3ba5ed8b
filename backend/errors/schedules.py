"""Scheduled questions."""

from backend.errors.base import NotFound, PaymentRequired

__all__ = [
    "ScheduleNotFound",
    "TooManySchedules",
]


class ScheduleNotFound(NotFound):
    """The caller has no such schedule."""

    code = "schedule_not_found"


class TooManySchedules(PaymentRequired):
    """The plan allows no more of them; `limit` is how many it does."""

    code = "too_many_schedules"
    worth_retrying = False
