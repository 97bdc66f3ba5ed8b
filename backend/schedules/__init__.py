"""Scheduled questions: asked again and again at a person's local time, answered in their chat.

Each belongs to a conversation of its own. What it costs is what any question costs, and consent
and quota are looked at when it is asked, not when it is made.
"""

from backend.schedules.copies import erase, schedules_copy
from backend.schedules.runner import ScheduleRunner
from backend.schedules.schemas import NewSchedule, Schedule, ScheduleChange, WhenAsked
from backend.schedules.store import MAX_TEXT, Schedules
from backend.schedules.timing import EVERY_DAY, next_moment

__all__ = [
    "EVERY_DAY",
    "MAX_TEXT",
    "NewSchedule",
    "Schedule",
    "ScheduleChange",
    "ScheduleRunner",
    "Schedules",
    "WhenAsked",
    "erase",
    "next_moment",
    "schedules_copy",
]
