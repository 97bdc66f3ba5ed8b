"""Time and faults."""

from datetime import timedelta

from telegram_emulator.actions import (
    AdvanceClock,
    Advanced,
    ClearFaults,
    SetApiFault,
    SetFlood,
    SetUpdateFault,
    SetWebhookDown,
)
from telegram_emulator.control.handlers import Actions
from telegram_emulator.events import ClockEvent
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import ApiFault, UpdateFault
from telegram_emulator.views import clock_view

PATIENCE = 3.0
"""How many real seconds the bot has to handle due events before time continues."""


async def advance_clock(hub: Hub, action: AdvanceClock) -> Advanced:
    """Move the clock. It stops at each renewal until the bot has got the update, so that months
    pass in order; a bot that does not respond is waited for only once."""
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


def set_update_fault(hub: Hub, action: SetUpdateFault) -> None:
    """Apply a fault to the next updates."""
    hub.faults.add_update_fault(
        UpdateFault(action.kind, action.count, action.seconds, list(action.update_types))
    )


def set_api_fault(hub: Hub, action: SetApiFault) -> None:
    """Apply a fault to the next calls."""
    hub.faults.add_api_fault(
        ApiFault(action.kind, action.count, action.method or None, action.retry_after)
    )


def set_webhook_down(hub: Hub, action: SetWebhookDown) -> None:
    """Make the webhook unreachable, or reachable again and deliver waiting updates."""
    hub.faults.set_webhook_down(action.down)
    if not action.down:
        hub.deliveries.retry_now()
    hub.store.changed()


def set_flood(hub: Hub, action: SetFlood) -> None:
    """Turn the flood limit on or off."""
    hub.faults.set_flood(action.enabled)
    hub.store.changed()


def clear_faults(hub: Hub, action: ClearFaults) -> None:
    """End all faults."""
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
