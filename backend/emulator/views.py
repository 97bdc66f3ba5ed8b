"""The snapshot of the world for the page."""

from backend.emulator.chats import shown
from backend.emulator.control.weather import clock_view
from backend.emulator.hub import Hub
from backend.emulator.inline import shared_view
from backend.emulator.schemas import Chat, State
from backend.emulator.stars.checkout import checkout_view

MOST_MESSAGES = 500
"""Of each chat, the newest."""


def state(hub: Hub) -> State:
    """Everything."""
    world = hub.world
    return State(
        revision=hub.changes.revision,
        bot=hub.profile.view(),
        people=list(world.people.values()),
        chats=[_chat(hub, person_id) for person_id in world.people],
        wallets=[hub.ledger.view(person_id) for person_id in world.people],
        checkouts=[checkout_view(c) for c in world.checkouts.values() if c.status == "pending"],
        shared=[shared_view(record) for record in world.shared.values()],
        clock=clock_view(hub),
        faults=hub.faults.view(),
        webhook=hub.deliveries.view(),
        bot_stars=world.bot_stars,
        traffic=list(hub.traffic.entries),
    )


def _chat(hub: Hub, person_id: int) -> Chat:
    record = hub.chats.record(person_id)
    return Chat(
        head=hub.chats.head(person_id),
        messages=[shown(stored) for stored in record.messages[-MOST_MESSAGES:]],
        drafts=hub.drafts.of(person_id),
    )
