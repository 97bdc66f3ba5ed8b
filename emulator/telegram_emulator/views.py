"""The state of the emulated world for the page."""

from telegram_emulator.chats import shown
from telegram_emulator.group_changes import topics
from telegram_emulator.group_records import BusinessChatRecord, GroupRecord
from telegram_emulator.hub import Hub
from telegram_emulator.inline import shared_view
from telegram_emulator.schemas import BusinessAccount, BusinessChat, Chat, Clock, Group, State
from telegram_emulator.stars import checkout_view

MOST_MESSAGES = 500
"""How many of the newest messages of each chat are sent."""


def state(hub: Hub) -> State:
    """The whole state."""
    world = hub.world
    return State(
        revision=hub.changes.revision,
        bot=hub.profile.view(),
        people=list(world.people.values()),
        chats=[_chat(hub, person_id) for person_id in world.people],
        groups=[_group(hub, group) for group in world.groups.values()],
        business=[_business(hub, chat) for chat in world.business_chats.values()],
        accounts=[
            BusinessAccount(one.id, one.owner_id, [name for name in one.rights if one.rights[name]])
            for one in world.business.values()
        ],
        wallets=[hub.ledger.view(person_id) for person_id in world.people],
        checkouts=[checkout_view(c) for c in world.checkouts.values() if c.status == "pending"],
        shared=[shared_view(record) for record in world.shared.values()],
        clock=clock_view(hub),
        faults=hub.faults.view(),
        webhook=hub.deliveries.view(),
        bot_stars=world.bot_stars,
        traffic=list(hub.traffic.entries),
        verified=dict(world.verified),
    )


def _chat(hub: Hub, person_id: int) -> Chat:
    record = hub.chats.record(person_id)
    return Chat(
        head=hub.chats.head(person_id),
        messages=[shown(stored) for stored in record.messages[-MOST_MESSAGES:]],
        drafts=hub.drafts.of(person_id),
    )


def _group(hub: Hub, group: GroupRecord) -> Group:
    seen_by_one = [e.message for e in hub.world.ephemerals.values() if e.chat_id == group.id]
    known = [user for user in group.members if user in hub.world.people]
    bot = [hub.profile.bot_id] if hub.profile.bot_id in group.members else []
    return Group(
        id=group.id,
        chat=hub.profile.chat(group.id),
        members=[hub.groups.view(group, user) for user in [*known, *bot]],
        topics={
            thread_id: {**topics.view(topic), "closed": topic.closed, "hidden": topic.hidden}
            for thread_id, topic in group.topics.items()
        },
        messages=[shown(one) for one in hub.chats.record(group.id).messages[-MOST_MESSAGES:]],
        ephemeral=seen_by_one,
        requests=list(group.requests),
        linked=group.linked,
    )


def _business(hub: Hub, chat: BusinessChatRecord) -> BusinessChat:
    return BusinessChat(
        connection_id=chat.connection_id,
        owner_id=chat.owner_id,
        customer_id=chat.customer_id,
        messages=[shown(one) for one in hub.chats.record(chat.key).messages[-MOST_MESSAGES:]],
        read_up_to=chat.read_up_to,
    )


def clock_view(hub: Hub) -> Clock:
    """The clock for the page."""
    return Clock(hub.clock.now(), hub.world.ahead_seconds)
