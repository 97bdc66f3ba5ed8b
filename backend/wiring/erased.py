"""What each room forgets with a person, beyond what erasure itself takes."""

from typing import Final

from backend import business, console, safety, schedules

ERASED_WITH_A_PERSON: Final = (
    safety.erase,
    schedules.erase,
    business.forget_business,
    console.erase,
)
