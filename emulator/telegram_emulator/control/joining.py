"""Joining by invite links, also for Stars, join requests, and boosts."""

import secrets

from telegram_emulator.actions import BoostChat, JoinByLink
from telegram_emulator.control.handlers import Actions
from telegram_emulator.control.place import member_of
from telegram_emulator.errors import ActionRefused
from telegram_emulator.group_changes import membership
from telegram_emulator.group_records import GroupRecord, InviteRecord, MemberRecord
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import BotApi

BOOST_LIFE = 30 * 86_400
"""In seconds."""


def join_by_link(hub: Hub, action: JoinByLink) -> None:
    """Follow an invite link."""
    hub.chats.person(action.person_id)
    found = [one for one in hub.world.groups.values() if action.link in one.invites]
    if not found:
        raise ActionRefused("INVITE_HASH_INVALID")
    group, record = found[0], found[0].invites[action.link]
    late = record.expire_date and record.expire_date <= hub.clock.timestamp()
    if record.revoked or late:
        raise ActionRefused("INVITE_HASH_EXPIRED")
    if hub.groups.is_in(group, action.person_id):
        raise ActionRefused("USER_ALREADY_PARTICIPANT")
    if hub.groups.member(group, action.person_id).status == "kicked":
        raise ActionRefused("USER_KICKED")
    if record.by_request:
        _ask_to_join(hub, group, action)
        return
    member = MemberRecord(status="member", until=_paid_until(hub, group, record, action.person_id))
    membership.place(
        hub, group, action.person_id, member, action.person_id, invite_link=action.link
    )


def _paid_until(hub: Hub, group: GroupRecord, record: InviteRecord, person_id: int) -> int:
    """The end of the period that a subscription link has sold, 0 for other links. The Stars go to
    the channel, not to the bot. It is not renewed here."""
    if not record.price:
        return 0
    hub.ledger.leave(person_id, record.price, group.title)
    return hub.clock.timestamp() + record.period


def _ask_to_join(hub: Hub, group: GroupRecord, action: JoinByLink) -> None:
    if action.person_id not in group.requests:
        group.requests.append(action.person_id)
    if not hub.groups.has_right(group, hub.profile.bot_id, "can_invite_users"):
        return
    request: BotApi = {
        "chat": hub.profile.chat(group.id),
        "from": hub.profile.user(action.person_id),
        "user_chat_id": action.person_id,
        "date": hub.clock.timestamp(),
        "invite_link": membership.invite_view(hub, group, action.link),
    }
    if hub.profile.setting("supports_join_request_queries"):
        request["query_id"] = hub.queries.ask_join(group.id, action.person_id)
    hub.updates.push("chat_join_request", request, group.id)


def boost_chat(hub: Hub, action: BoostChat) -> None:
    """Boost, or withdraw one's boosts; the bot is told if it is an administrator."""
    group = member_of(hub, action.person_id, action.chat_id)
    person = hub.chats.person(action.person_id)
    if group.kind == "group" or not person.is_premium:
        raise ActionRefused("PREMIUM_ACCOUNT_REQUIRED" if group.kind != "group" else "PEER_INVALID")
    now = hub.clock.timestamp()
    source = {"source": "premium", "user": hub.profile.user(person.id)}
    own = [one for one in group.boosts if one["person_id"] == person.id]
    if action.taken_back:
        group.boosts = [one for one in group.boosts if one not in own]
        for one in own:
            gone = {"boost_id": one["boost_id"], "remove_date": now, "source": source}
            _tell(hub, group, "removed_chat_boost", gone)
    else:
        boost: BotApi = {
            "boost_id": secrets.token_hex(8),
            "add_date": now,
            "expiration_date": now + BOOST_LIFE,
            "source": source,
        }
        group.boosts.append({**boost, "person_id": person.id})
        _tell(hub, group, "chat_boost", {"boost": boost})
    hub.store.changed()


def _tell(hub: Hub, group: GroupRecord, kind: str, body: BotApi) -> None:
    if hub.groups.is_admin(group, hub.profile.bot_id):
        hub.updates.push(kind, {"chat": hub.profile.chat(group.id), **body}, group.id)


ACTIONS: Actions = {
    JoinByLink: join_by_link,
    BoostChat: boost_chat,
}
