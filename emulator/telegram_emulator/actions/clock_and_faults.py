"""Time and faults."""

from typing import Annotated

import msgspec

from telegram_emulator.actions.base import Action, Count
from telegram_emulator.schemas import ApiFaultKind, UpdateFaultKind


class AdvanceClock(Action, frozen=True, tag="advanceClock"):
    """Moves the clock forward and does what falls due meanwhile: renewals, expiries. →
    `Advanced`"""

    days: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 0
    seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0


class SetUpdateFault(Action, frozen=True, tag="setUpdateFault"):
    """Delivers the next `count` updates (of `update_types`; empty: all) twice, `seconds` late,
    swapped with the next one, or not at all."""

    kind: UpdateFaultKind
    count: Count = 1
    seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 0
    update_types: tuple[str, ...] = ()


class SetApiFault(Action, frozen=True, tag="setApiFault"):
    """Answers the next `count` calls of `method` (null: any but getUpdates) with 429 and
    `retry_after`, with 500, or not at all ("timeout": carried out, but the answer never comes)."""

    kind: ApiFaultKind
    count: Count = 1
    method: str | None = None
    retry_after: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 5


class SetWebhookDown(Action, frozen=True, tag="setWebhookDown"):
    """Makes the webhook unreachable: deliveries fail and are retried."""

    down: bool


class SetFlood(Action, frozen=True, tag="setFlood"):
    """Turns the limit of about one message a second and chat on or off."""

    enabled: bool


class ClearFaults(Action, frozen=True, tag="clearFaults"):
    """Ends every fault; delayed updates are delivered now."""


class ResetWorld(Action, frozen=True, tag="resetWorld"):
    """Resets the world: initial people, empty chats, real time."""
