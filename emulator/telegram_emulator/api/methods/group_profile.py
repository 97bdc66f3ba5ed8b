"""A group's or channel's profile: title, description, picture, invite links, join requests."""

import secrets
from datetime import timedelta

from aiogram.methods import (
    ApproveChatJoinRequest,
    CreateChatInviteLink,
    CreateChatSubscriptionInviteLink,
    DeclineChatJoinRequest,
    DeleteChatPhoto,
    EditChatInviteLink,
    EditChatSubscriptionInviteLink,
    ExportChatInviteLink,
    RevokeChatInviteLink,
    SetChatDescription,
    SetChatPhoto,
    SetChatTitle,
)

from telegram_emulator.api.methods.members import group_of
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import UploadedFile, wire
from telegram_emulator.files import MOST_PHOTO
from telegram_emulator.group_changes import membership
from telegram_emulator.group_records import GroupRecord, InviteRecord, MemberRecord
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.stars import MOST_STARS, SUBSCRIPTION_PERIOD


def set_chat_title(hub: Hub, call: SetChatTitle) -> bool:
    """setChatTitle"""
    group = group_of(hub, call.chat_id, "can_change_info")
    if not 1 <= len(call.title) <= 128:
        raise ApiError("chat title is empty" if not call.title else "CHAT_TITLE_TOO_LONG")
    if call.title == group.title:
        raise ApiError("chat title is not modified")
    group.title = call.title
    _service(hub, group, {"new_chat_title": call.title})
    return True


def set_chat_description(hub: Hub, call: SetChatDescription) -> bool:
    """setChatDescription"""
    group = group_of(hub, call.chat_id, "can_change_info")
    if len(call.description or "") > 255:
        raise ApiError("CHAT_ABOUT_TOO_LONG")
    if (call.description or "") == group.description:
        raise ApiError("chat description is not modified")
    group.description = call.description or ""
    hub.store.changed()
    return True


def set_chat_photo(hub: Hub, call: SetChatPhoto) -> bool:
    """setChatPhoto: only accepts uploads, like Telegram."""
    group = group_of(hub, call.chat_id, "can_change_info")
    photo = call.photo
    if not isinstance(photo, UploadedFile) or not 0 < len(photo.data) <= MOST_PHOTO:
        raise ApiError("IMAGE_PROCESS_FAILED")
    record = hub.files.keep("photo", photo.filename or "photo", photo.media_type, photo.data)
    group.photo = {
        "small_file_id": record.id,
        "small_file_unique_id": record.unique_id,
        "big_file_id": record.id,
        "big_file_unique_id": record.unique_id,
    }
    size = {"file_id": record.id, "file_unique_id": record.unique_id, "width": 320, "height": 320}
    _service(hub, group, {"new_chat_photo": [size]})
    return True


def delete_chat_photo(hub: Hub, call: DeleteChatPhoto) -> bool:
    """deleteChatPhoto"""
    group = group_of(hub, call.chat_id, "can_change_info")
    if group.photo is None:
        raise ApiError("CHAT_NOT_MODIFIED")
    group.photo = None
    _service(hub, group, {"delete_chat_photo": True})
    return True


def _service(hub: Hub, group: GroupRecord, content: BotApi) -> None:
    hub.store.changed()
    hub.chats.say(group.id, content, hub.groups.author(group, hub.profile.bot_id))


def export_invite_link(hub: Hub, call: ExportChatInviteLink) -> str:
    """exportChatInviteLink: creates a new primary link and revokes the previous one."""
    group = group_of(hub, call.chat_id, "can_invite_users")
    for record in group.invites.values():
        record.revoked = record.revoked or record.primary
    return _new_link(hub, group, InviteRecord(link="", primary=True)).link


def create_invite_link(hub: Hub, call: CreateChatInviteLink) -> BotApi:
    """createChatInviteLink"""
    group = group_of(hub, call.chat_id, "can_invite_users")
    record = InviteRecord(link="")
    _describe(record, call)
    return membership.invite_view(hub, group, _new_link(hub, group, record).link)


def edit_invite_link(hub: Hub, call: EditChatInviteLink) -> BotApi:
    """editChatInviteLink"""
    group = group_of(hub, call.chat_id, "can_invite_users")
    record = _link(group, call.invite_link)
    _describe(record, call)
    hub.store.changed()
    return membership.invite_view(hub, group, record.link)


def create_subscription_link(hub: Hub, call: CreateChatSubscriptionInviteLink) -> BotApi:
    """createChatSubscriptionInviteLink: to a channel, for Stars per 30 days."""
    group = group_of(hub, call.chat_id, "can_invite_users")
    if group.kind != "channel":
        raise ApiError("CHAT_INVALID")
    period = call.subscription_period
    seconds = period.total_seconds() if isinstance(period, timedelta) else period
    if seconds != SUBSCRIPTION_PERIOD:
        raise ApiError("SUBSCRIPTION_PERIOD_INVALID")
    if not 1 <= call.subscription_price <= MOST_STARS:
        raise ApiError("STARS_AMOUNT_INVALID")
    record = InviteRecord(link="", price=call.subscription_price, period=SUBSCRIPTION_PERIOD)
    _call(record, call.name)
    return membership.invite_view(hub, group, _new_link(hub, group, record).link)


def edit_subscription_link(hub: Hub, call: EditChatSubscriptionInviteLink) -> BotApi:
    """editChatSubscriptionInviteLink: changes only its name."""
    group = group_of(hub, call.chat_id, "can_invite_users")
    record = _link(group, call.invite_link)
    if not record.price:
        raise ApiError("INVITE_HASH_INVALID")
    _call(record, call.name)
    hub.store.changed()
    return membership.invite_view(hub, group, record.link)


def revoke_invite_link(hub: Hub, call: RevokeChatInviteLink) -> BotApi:
    """revokeChatInviteLink"""
    group = group_of(hub, call.chat_id, "can_invite_users")
    record = _link(group, call.invite_link)
    record.revoked = True
    hub.store.changed()
    return membership.invite_view(hub, group, record.link)


def _new_link(hub: Hub, group: GroupRecord, record: InviteRecord) -> InviteRecord:
    record.link = f"https://t.me/+{secrets.token_urlsafe(12)}"
    group.invites[record.link] = record
    hub.store.changed()
    return record


def _link(group: GroupRecord, link: str) -> InviteRecord:
    if link not in group.invites:
        raise ApiError("INVITE_HASH_EXPIRED")
    return group.invites[link]


def _describe(record: InviteRecord, call: CreateChatInviteLink | EditChatInviteLink) -> None:
    if call.member_limit and call.creates_join_request:
        raise ApiError("member limit can't be specified for links requiring administrator approval")
    _call(record, call.name)
    record.member_limit = call.member_limit or 0
    record.by_request = bool(call.creates_join_request)
    record.expire_date = int(wire(call.expire_date) or 0) if call.expire_date else 0


def _call(record: InviteRecord, name: str | None) -> None:
    if len(name or "") > 32:
        raise ApiError("INVITE_TITLE_TOO_LONG")
    record.name = name or ""


def approve_join_request(hub: Hub, call: ApproveChatJoinRequest) -> bool:
    """approveChatJoinRequest"""
    group = _requested(hub, call)
    membership.place(hub, group, call.user_id, MemberRecord(status="member"), call.user_id)
    return True


def decline_join_request(hub: Hub, call: DeclineChatJoinRequest) -> bool:
    """declineChatJoinRequest"""
    _requested(hub, call)
    return True


def _requested(hub: Hub, call: ApproveChatJoinRequest | DeclineChatJoinRequest) -> GroupRecord:
    group = group_of(hub, call.chat_id, "can_invite_users")
    if call.user_id not in group.requests:
        raise ApiError("HIDE_REQUESTER_MISSING")
    group.requests.remove(call.user_id)
    hub.store.changed()
    return group


METHODS = (
    Method(SetChatTitle, set_chat_title),
    Method(SetChatDescription, set_chat_description),
    Method(SetChatPhoto, set_chat_photo),
    Method(DeleteChatPhoto, delete_chat_photo),
    Method(ExportChatInviteLink, export_invite_link),
    Method(CreateChatInviteLink, create_invite_link),
    Method(EditChatInviteLink, edit_invite_link),
    Method(CreateChatSubscriptionInviteLink, create_subscription_link),
    Method(EditChatSubscriptionInviteLink, edit_subscription_link),
    Method(RevokeChatInviteLink, revoke_invite_link),
    Method(ApproveChatJoinRequest, approve_join_request),
    Method(DeclineChatJoinRequest, decline_join_request),
)
