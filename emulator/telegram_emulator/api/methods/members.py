"""Members of groups and channels: listing, banning, restricting, promoting, leaving."""

from aiogram.methods import (
    BanChatMember,
    BanChatSenderChat,
    GetChatAdministrators,
    GetChatMember,
    GetChatMemberCount,
    LeaveChat,
    PromoteChatMember,
    RestrictChatMember,
    SetChatAdministratorCustomTitle,
    SetChatMemberTag,
    SetChatPermissions,
    UnbanChatMember,
    UnbanChatSenderChat,
)
from aiogram.types import ChatPermissions

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import wire
from telegram_emulator.group_changes import membership
from telegram_emulator.group_records import GroupRecord, MemberRecord
from telegram_emulator.groups import ADMIN_RIGHTS, PERMISSIONS
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi


def group_of(hub: Hub, chat_id: int | str, right: str | None = None) -> GroupRecord:
    """The group that a call names, if the bot is in it and has the right.

    Raises:
        ApiError: otherwise.
    """
    key = hub.chats.known(chat_id)
    if key not in hub.world.groups:
        raise ApiError("method is available for supergroup and channel chats only")
    group = hub.groups.bot_place(key)
    if right is not None:
        hub.groups.require(group, right)
    return group


def get_chat_member(hub: Hub, call: GetChatMember) -> BotApi:
    """getChatMember: a private chat has two, both ordinary members."""
    key = hub.chats.known(call.chat_id)
    known = call.user_id in hub.world.people or call.user_id == hub.profile.bot_id
    if key in hub.world.groups:
        group = hub.groups.bot_place(key)
        if not known:
            raise ApiError("PARTICIPANT_ID_INVALID")
        return hub.groups.view(group, call.user_id)
    if call.user_id not in (key, hub.profile.bot_id):
        raise ApiError("member not found")
    return {"status": "member", "user": hub.profile.anybody(call.user_id)}


def get_chat_member_count(hub: Hub, call: GetChatMemberCount) -> int:
    """getChatMemberCount"""
    key = hub.chats.known(call.chat_id)
    return hub.groups.count(hub.groups.bot_place(key)) if key in hub.world.groups else 2


def get_chat_administrators(hub: Hub, call: GetChatAdministrators) -> list[BotApi]:
    """getChatAdministrators: people, and the bot itself; a private chat has none."""
    if hub.chats.known(call.chat_id) not in hub.world.groups:
        raise ApiError("there are no administrators in the private chat")
    group = group_of(hub, call.chat_id)
    admins = [user for user in group.members if hub.groups.is_admin(group, user)]
    return [hub.groups.view(group, user) for user in admins]


def leave_chat(hub: Hub, call: LeaveChat) -> bool:
    """leaveChat"""
    if hub.chats.known(call.chat_id) not in hub.world.groups:
        raise ApiError("chat member status can't be changed in private chats")
    group, bot_id = group_of(hub, call.chat_id), hub.profile.bot_id
    membership.place(hub, group, bot_id, MemberRecord(status="left"), bot_id)
    return True


def ban_chat_member(hub: Hub, call: BanChatMember) -> bool:
    """banChatMember"""
    group = group_of(hub, call.chat_id, "can_restrict_members")
    _check_plain(hub, group, call.user_id)
    record = MemberRecord(status="kicked", until=_until(hub, call.until_date))
    membership.place(hub, group, call.user_id, record, hub.profile.bot_id)
    return True


def unban_chat_member(hub: Hub, call: UnbanChatMember) -> bool:
    """unbanChatMember: also removes a member, unless `only_if_banned` is set."""
    group = group_of(hub, call.chat_id, "can_restrict_members")
    banned = hub.groups.member(group, call.user_id).status == "kicked"
    if not banned and (call.only_if_banned or not hub.groups.is_in(group, call.user_id)):
        return True
    if not banned:
        _check_plain(hub, group, call.user_id)
    membership.place(hub, group, call.user_id, MemberRecord(status="left"), hub.profile.bot_id)
    return True


def restrict_chat_member(hub: Hub, call: RestrictChatMember) -> bool:
    """restrictChatMember: giving every permission ends the restriction."""
    group = group_of(hub, call.chat_id, "can_restrict_members")
    if group.kind != "supergroup":
        raise ApiError("method is available only for supergroups")
    _check_plain(hub, group, call.user_id)
    rights = _permissions(call.permissions, bool(call.use_independent_chat_permissions))
    free = all(rights.get(name) for name, given in group.permissions.items() if given)
    record = MemberRecord(status="member")
    if not free:
        until = _until(hub, call.until_date)
        record = MemberRecord(status="restricted", rights=rights, until=until)
    membership.place(hub, group, call.user_id, record, hub.profile.bot_id)
    return True


def promote_chat_member(hub: Hub, call: PromoteChatMember) -> bool:
    """promoteChatMember: without any right the administrator becomes a member again."""
    group = group_of(hub, call.chat_id, "can_promote_members")
    member = hub.groups.member(group, call.user_id)
    if member.status == "creator":
        raise ApiError("can't remove chat owner")
    if not hub.groups.is_in(group, call.user_id):
        raise ApiError("USER_NOT_MUTUAL_CONTACT")
    rights = {name: True for name in ADMIN_RIGHTS if getattr(call, name, None)}
    if ungranted := [n for n in rights if not hub.groups.has_right(group, hub.profile.bot_id, n)]:
        raise ApiError(f"RIGHT_FORBIDDEN: the bot has no {ungranted[0]}")
    record = MemberRecord(status="member")
    if rights:
        rights |= {"can_manage_chat": True}
        record = MemberRecord(status="administrator", rights=rights, title=member.title)
    membership.place(hub, group, call.user_id, record, hub.profile.bot_id)
    return True


def set_custom_title(hub: Hub, call: SetChatAdministratorCustomTitle) -> bool:
    """setChatAdministratorCustomTitle"""
    group = group_of(hub, call.chat_id, "can_promote_members")
    member = hub.groups.member(group, call.user_id)
    if member.status != "administrator":
        raise ApiError("user is not an administrator")
    if len(call.custom_title) > 16:
        raise ApiError("ADMIN_RANK_INVALID")
    member.title = call.custom_title
    hub.store.changed()
    return True


def set_member_tag(hub: Hub, call: SetChatMemberTag) -> bool:
    """setChatMemberTag"""
    group = group_of(hub, call.chat_id, "can_manage_tags")
    if not hub.groups.is_in(group, call.user_id):
        raise ApiError("USER_NOT_PARTICIPANT")
    group.members[call.user_id].tag = call.tag or ""
    hub.store.changed()
    return True


def set_chat_permissions(hub: Hub, call: SetChatPermissions) -> bool:
    """setChatPermissions"""
    group = group_of(hub, call.chat_id, "can_restrict_members")
    independent = bool(call.use_independent_chat_permissions)
    group.permissions = _permissions(call.permissions, independent)
    hub.store.changed()
    return True


def ban_sender_chat(hub: Hub, call: BanChatSenderChat) -> bool:
    """banChatSenderChat"""
    group = group_of(hub, call.chat_id, "can_restrict_members")
    if call.sender_chat_id not in group.banned_chats:
        group.banned_chats.append(call.sender_chat_id)
    hub.store.changed()
    return True


def unban_sender_chat(hub: Hub, call: UnbanChatSenderChat) -> bool:
    """unbanChatSenderChat"""
    group = group_of(hub, call.chat_id, "can_restrict_members")
    group.banned_chats = [one for one in group.banned_chats if one != call.sender_chat_id]
    hub.store.changed()
    return True


def _check_plain(hub: Hub, group: GroupRecord, user_id: int) -> None:
    if user_id not in hub.world.people:
        raise ApiError("PARTICIPANT_ID_INVALID")
    status = hub.groups.member(group, user_id).status
    if status == "creator":
        raise ApiError("can't remove chat owner")
    if status == "administrator":
        raise ApiError("user is an administrator of the chat")


def _until(hub: Hub, date: object) -> int:
    """A date less than half a minute or more than a year away means for ever (the Bot API's
    banChatMember)."""
    moment = int(wire(date) or 0) if not hasattr(date, "total_seconds") else 0
    if hasattr(date, "total_seconds"):
        moment = hub.clock.timestamp() + int(date.total_seconds())
    ahead = moment - hub.clock.timestamp()
    return moment if 30 <= ahead <= 366 * 86_400 else 0


def _permissions(given: ChatPermissions, independent: bool) -> dict[str, bool]:
    """Media imply text messages, and other messages imply media, unless permissions are
    independent."""
    rights = {name: bool(getattr(given, name)) for name in PERMISSIONS}
    if not independent:
        media = PERMISSIONS[1:7]
        if rights["can_send_other_messages"] or rights["can_add_web_page_previews"]:
            rights |= dict.fromkeys(media, True)
        if any(rights[name] for name in media) or rights["can_send_polls"]:
            rights["can_send_messages"] = True
    return rights


METHODS = (
    Method(GetChatMember, get_chat_member),
    Method(GetChatMemberCount, get_chat_member_count),
    Method(GetChatAdministrators, get_chat_administrators),
    Method(LeaveChat, leave_chat),
    Method(BanChatMember, ban_chat_member),
    Method(UnbanChatMember, unban_chat_member),
    Method(RestrictChatMember, restrict_chat_member),
    Method(PromoteChatMember, promote_chat_member),
    Method(SetChatAdministratorCustomTitle, set_custom_title),
    Method(SetChatMemberTag, set_member_tag),
    Method(SetChatPermissions, set_chat_permissions),
    Method(BanChatSenderChat, ban_sender_chat),
    Method(UnbanChatSenderChat, unban_sender_chat),
)
