"""Time and faults."""

from datetime import timedelta

from backend.emulator.actions import (
    AdvanceClock,
    Advanced,
    ClearFaults,
    SetApiFault,
    SetFlood,
    SetUpdateFault,
    SetWebhookDown,
)
from backend.emulator.control.handlers import Actions
from backend.emulator.events import ClockEvent
from backend.emulator.hub import Hub
from backend.emulator.schemas import ApiFault, Clock, UpdateFault

PATIENCE = 3.0
"""Real seconds the bot gets for what falls due on the way, before time goes on."""


async def advance_clock(hub: Hub, action: AdvanceClock) -> Advanced:
    """Travel. Stops at each renewal until the bot has heard of it, so that it lives through the
    months in order; a bot that is not there is waited for once only."""
    target = hub.clock.now() + timedelta(days=action.days, seconds=action.seconds)
    renewals, listening = 0, True
    while (due := hub.subscriptions.due(target)) is not None:
        hub.clock.move_to(due.expires_at)
        renewals += hub.subscriptions.fall_due(due)
        if listening:
            listening = await hub.updates.drained(PATIENCE)
    hub.clock.move_to(target)
    hub.store.flush()
    hub.changes.emit(ClockEvent(clock_view(hub)))
    return Advanced(hub.clock.now(), renewals)


def clock_view(hub: Hub) -> Clock:
    """The clock for the page."""
    return Clock(hub.clock.now(), hub.world.ahead_seconds)


def set_update_fault(hub: Hub, action: SetUpdateFault) -> None:
    """The next updates suffer."""
    hub.faults.add_update_fault(
        UpdateFault(action.kind, action.count, action.seconds, list(action.update_types))
    )


def set_api_fault(hub: Hub, action: SetApiFault) -> None:
    """The next calls suffer."""
    hub.faults.add_api_fault(
        ApiFault(action.kind, action.count, action.method or None, action.retry_after)
    )


def set_webhook_down(hub: Hub, action: SetWebhookDown) -> None:
    """Cut the way to the webhook, or open it and deliver what waits."""
    hub.faults.set_webhook_down(action.down)
    if not action.down:
        hub.deliveries.retry_now()
    hub.store.changed()


def set_flood(hub: Hub, action: SetFlood) -> None:
    """The limit of messages."""
    hub.faults.set_flood(action.enabled)
    hub.store.changed()


def clear_faults(hub: Hub, action: ClearFaults) -> None:
    """All is well again."""
    hub.faults.clear()
    hub.updates.release_all()
    hub.deliveries.retry_now()
    hub.store.changed()


ACTIONS: Actions = {
    AdvanceClock: advance_clock,
    SetUpdateFault: set_update_fault,
    SetApiFault: set_api_fault,
    SetWebhookDown: set_webhook_down,
    SetFlood: set_flood,
    ClearFaults: clear_faults,
}
