"""/api/schedules: questions that are asked at set times."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from backend.identity import Principal
from backend.schedules import (
    MAX_TEXT,
    NewSchedule,
    Schedule,
    ScheduleChange,
    Schedules,
    WhenAsked,
)
from backend.web.api.wire import Received, Shown
from backend.web.parts import Part

TAGS = ["Scheduled questions"]

# Documented here, checked by the room.
Question = Annotated[
    str,
    Meta(extra_json_schema={"maxLength": MAX_TEXT}, examples=["What should I know today?"]),
]


class AskedAt(Received, frozen=True):
    """When it is asked. `minute` counts from local midnight, `weekdays` are ISO's numbers, Monday
    1 to Sunday 7, `timeZone` an IANA name."""

    minute: Annotated[int, Meta(ge=0, lt=1440, examples=[480])]
    weekdays: Annotated[
        list[Annotated[int, Meta(ge=1, le=7)]],
        Meta(min_length=1, max_length=7, examples=[[1, 2, 3, 4, 5]]),
    ]
    time_zone: Annotated[str, Meta(max_length=64, examples=["Europe/Lisbon"])]


class ScheduleWanted(Received, frozen=True):
    """A question to schedule."""

    id: Annotated[
        UUID,
        Meta(
            description="A UUIDv7 of the client's: the idempotency key",
            examples=["01a20972-9d30-7d13-b09c-835c61e1c88e"],
        ),
    ]
    question: Question
    when: AskedAt


class SchedulePatch(Received, frozen=True):
    """What to change; a field left out stays."""

    question: Question | UnsetType = UNSET
    when: AskedAt | UnsetType = UNSET
    paused: bool | UnsetType = UNSET


class AskedAtShown(Shown, frozen=True):
    """When it is asked, as it was sent."""

    minute: int
    weekdays: list[int]
    time_zone: str


class ScheduleShown(Shown, frozen=True):
    """A scheduled question. `errorCode` is the last failure. Answers go to the chat with the bot
    and to the conversation."""

    id: UUID
    question: str
    when: AskedAtShown
    paused: bool
    conversation_id: UUID
    next_at: datetime | None
    asked_at: datetime | None
    error_code: str | None


class SchedulesShown(Shown, frozen=True):
    """All of the person's schedules, oldest first, and the plan's limit."""

    items: list[ScheduleShown]
    limit: int


@get("/schedules", tags=TAGS, summary="The person's scheduled questions")
async def list_schedules(principal: Part[Principal], schedules: Part[Schedules]) -> SchedulesShown:
    """The person's schedules, oldest first."""
    found = await schedules.list_all(principal.user_id)
    limit = await schedules.limit(principal.user_id)
    return SchedulesShown(items=[_shown(one) for one in found], limit=limit)


@post("/schedules", status_code=200, tags=TAGS, summary="Schedule a question")
async def make_schedule(
    data: JSONBody[ScheduleWanted], principal: Part[Principal], schedules: Part[Schedules]
) -> ScheduleShown:
    """The question is first asked at the next matching time. Each time uses a message of the
    quota."""
    wanted = NewSchedule(data.id, data.question, _when(data.when))
    return _shown(await schedules.make(principal.user_id, wanted))


@patch("/schedules/{schedule_id:uuid}", tags=TAGS, summary="Change or pause a scheduled question")
async def change_schedule(
    schedule_id: FromPath[UUID],
    data: JSONBody[SchedulePatch],
    principal: Part[Principal],
    schedules: Part[Schedules],
) -> ScheduleShown:
    """Times missed while paused are not made up for."""
    change = ScheduleChange(
        question=data.question,
        when=UNSET if data.when is UNSET else _when(data.when),
        paused=data.paused,
    )
    return _shown(await schedules.change(principal.user_id, schedule_id, change))


@delete(
    "/schedules/{schedule_id:uuid}",
    status_code=204,
    tags=TAGS,
    summary="Delete a scheduled question",
)
async def delete_schedule(
    schedule_id: FromPath[UUID], principal: Part[Principal], schedules: Part[Schedules]
) -> None:
    """The conversation is kept. Deleting a schedule again changes nothing."""
    await schedules.delete(principal.user_id, schedule_id)


def _when(sent: AskedAt) -> WhenAsked:
    return WhenAsked(sent.minute, tuple(sorted(set(sent.weekdays))), sent.time_zone)


def _shown(one: Schedule) -> ScheduleShown:
    when = one.when
    return ScheduleShown(
        id=one.id,
        question=one.question,
        when=AskedAtShown(
            minute=when.minute, weekdays=list(when.weekdays), time_zone=when.time_zone
        ),
        paused=one.paused,
        conversation_id=one.conversation_id,
        next_at=None if one.paused else one.next_at,
        asked_at=one.asked_at,
        error_code=one.error_code,
    )


handlers: list[Any] = [list_schedules, make_schedule, change_schedule, delete_schedule]
