"""Changes of membership: members get a service message, the bot `my_chat_member`, or `chat_member`
where it is an administrator."""

import msgspec

from telegram_emulator.group_records import GroupRecord, MemberRecord
from telegram_emulator.groups import HERE
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import BotApi


def place(
    hub: Hub,
    group: GroupRecord,
    user_id: int,
    record: MemberRecord,
    actor_id: int,
    *,
    invite_link: str | None = None,
) -> None:
    """Change somebody's membership on behalf of `actor_id`."""
    before = hub.groups.view(group, user_id)
    was_in = hub.groups.is_in(group, user_id)
    bot_was_admin = hub.groups.is_admin(group, hub.profile.bot_id)
    group.members[user_id] = record
    hub.store.changed()
    after = hub.groups.view(group, user_id)
    if before == after:
        return
    update: BotApi = {
        "chat": hub.profile.chat(group.id),
        "from": hub.profile.anybody(actor_id),
        "date": hub.clock.timestamp(),
        "old_chat_member": before,
        "new_chat_member": after,
    }
    if invite_link is not None:
        update["invite_link"] = invite_view(hub, group, invite_link)
    if user_id == hub.profile.bot_id:
        hub.updates.push("my_chat_member", update, group.id)
    elif bot_was_admin:
        hub.updates.push("chat_member", update, group.id)
    _say_so(hub, group, user_id, actor_id, was_in=was_in, is_in=record.status in HERE)


def _say_so(
    hub: Hub, group: GroupRecord, user_id: int, actor_id: int, *, was_in: bool, is_in: bool
) -> None:
    if group.kind == "channel" or was_in == is_in:
        return
    user = hub.profile.anybody(user_id)
    content: BotApi = {"new_chat_members": [user]} if is_in else {"left_chat_member": user}
    hub.chats.say(group.id, content, hub.groups.author(group, actor_id))


def invite_view(hub: Hub, group: GroupRecord, link: str) -> BotApi:
    """`ChatInviteLink`"""
    record = group.invites[link]
    view: BotApi = {
        "invite_link": record.link,
        "creator": hub.profile.bot_user(),
        "creates_join_request": record.by_request,
        "is_primary": record.primary,
        "is_revoked": record.revoked,
        "pending_join_request_count": len(group.requests) if record.by_request else 0,
    }
    for name in ("name", "expire_date", "member_limit"):
        if value := getattr(record, name):
            view[name] = value
    if record.price:
        view |= {"subscription_price": record.price, "subscription_period": record.period}
    return view


def upgrade(hub: Hub, group: GroupRecord) -> GroupRecord:
    """Turn a basic group into a supergroup: a new id, with a service message in each of the two."""
    new = hub.groups.create("supergroup", group.title, 0)
    new.members = {user: msgspec.structs.replace(one) for user, one in group.members.items()}
    new.permissions, new.description = dict(group.permissions), group.description
    creator = next(user for user, one in group.members.items() if one.status == "creator")
    hub.chats.say(group.id, {"migrate_to_chat_id": new.id}, hub.groups.author(group, creator))
    group.migrated_to = new.id
    hub.chats.say(new.id, {"migrate_from_chat_id": group.id}, hub.groups.author(new, creator))
    return new
