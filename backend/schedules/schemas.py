"""What the room takes and hands out."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType


class WhenAsked(Struct, frozen=True):
    """A time of some weekdays. `minute` counts from local midnight (0–1439), `weekdays` are ISO's
    numbers, Monday 1 to Sunday 7, and `time_zone` an IANA name such as Europe/Lisbon."""

    minute: int
    weekdays: tuple[int, ...]
    time_zone: str


class NewSchedule(Struct, frozen=True):
    """A question to be asked from now on. `id` is a UUIDv7 of the client's: sent again, it is the
    same schedule. `collects`: the posts that the person collects are part of it."""

    id: UUID
    question: str
    when: WhenAsked
    collects: bool = False


class ScheduleChange(Struct, frozen=True, kw_only=True):
    """Changes; fields that are UNSET stay."""

    question: str | UnsetType = UNSET
    when: WhenAsked | UnsetType = UNSET
    paused: bool | UnsetType = UNSET


class Schedule(Struct, frozen=True, kw_only=True):
    """A scheduled question. `next_at` is when it is asked next, unless it is paused; `error_code`
    says why it could not be asked the last time."""

    id: UUID
    question: str
    when: WhenAsked
    paused: bool
    conversation_id: UUID
    message_id: UUID
    next_at: datetime
    asked_at: datetime | None
    error_code: str | None
    created_at: datetime
    collects: bool = False
