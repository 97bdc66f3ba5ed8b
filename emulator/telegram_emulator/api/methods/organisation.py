"""What a bot does for an organisation and its people: verification, managed bots, a person's
personal channel, and buttons for its Mini App.

At Telegram only an organisation's bot can verify; here every bot can.
"""

import secrets

from aiogram.methods import (
    GetManagedBotAccessSettings,
    GetManagedBotToken,
    GetUserPersonalChatMessages,
    RemoveChatVerification,
    RemoveUserVerification,
    ReplaceManagedBotToken,
    SavePreparedKeyboardButton,
    SetManagedBotAccessSettings,
    VerifyChat,
    VerifyUser,
)

from telegram_emulator.account_records import ManagedBotRecord, PreparedButtonRecord
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import wire
from telegram_emulator.bot_token import token_of
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi

LONGEST_MARK = 70
MOST_ALLOWED = 10
MOST_PERSONAL = 20
ASKING = ("request_users", "request_chat", "request_managed_bot")
"""Kinds of keyboard buttons that a Mini App can use."""


def verify_user(hub: Hub, call: VerifyUser) -> bool:
    """verifyUser"""
    return _verify(hub, _person(hub, call.user_id), call.custom_description)


def verify_chat(hub: Hub, call: VerifyChat) -> bool:
    """verifyChat"""
    return _verify(hub, hub.chats.find(call.chat_id), call.custom_description)


def _verify(hub: Hub, peer: int, description: str | None) -> bool:
    if len(description or "") > LONGEST_MARK:
        raise ApiError("CUSTOM_DESCRIPTION_TOO_LONG")
    hub.world.verified[peer] = description or ""
    hub.store.changed()
    return True


def unverify_user(hub: Hub, call: RemoveUserVerification) -> bool:
    """removeUserVerification"""
    return _unverify(hub, _person(hub, call.user_id))


def unverify_chat(hub: Hub, call: RemoveChatVerification) -> bool:
    """removeChatVerification"""
    return _unverify(hub, hub.chats.find(call.chat_id))


def _unverify(hub: Hub, peer: int) -> bool:
    if hub.world.verified.pop(peer, None) is None:
        raise ApiError("CHAT_NOT_MODIFIED")
    hub.store.changed()
    return True


def _person(hub: Hub, user_id: int) -> int:
    if user_id not in hub.world.people:
        raise ApiError("user not found")
    return user_id


def managed_token(hub: Hub, call: GetManagedBotToken) -> str:
    """getManagedBotToken"""
    return _managed(hub, call.user_id).token


def replace_token(hub: Hub, call: ReplaceManagedBotToken) -> str:
    """replaceManagedBotToken: the old token stops working."""
    record = _managed(hub, call.user_id)
    record.token = token_of(record.id)
    hub.store.changed()
    return record.token


def managed_access(hub: Hub, call: GetManagedBotAccessSettings) -> BotApi:
    """getManagedBotAccessSettings"""
    record = _managed(hub, call.user_id)
    if record.allowed is None:
        return {"is_access_restricted": False}
    users = [hub.profile.user(one) for one in record.allowed]
    return {"is_access_restricted": True, "added_users": users}


def set_managed_access(hub: Hub, call: SetManagedBotAccessSettings) -> bool:
    """setManagedBotAccessSettings: for everybody, or for its owner and at most ten others."""
    record = _managed(hub, call.user_id)
    added = call.added_user_ids or []
    if len(added) > MOST_ALLOWED:
        raise ApiError("USERS_TOO_MUCH")
    allowed = [_person(hub, user_id) for user_id in added]
    record.allowed = allowed if call.is_access_restricted else None
    hub.store.changed()
    return True


def _managed(hub: Hub, bot_id: int) -> ManagedBotRecord:
    if not hub.profile.setting("can_manage_bots"):
        raise ApiError("BOT_MANAGE_FORBIDDEN", 403)
    if bot_id not in hub.world.managed_bots:
        raise ApiError("user not found")
    return hub.world.managed_bots[bot_id]


def personal_messages(hub: Hub, call: GetUserPersonalChatMessages) -> list[BotApi]:
    """getUserPersonalChatMessages: the newest messages of the channel in a person's profile."""
    if not 1 <= call.limit <= MOST_PERSONAL:
        raise ApiError("LIMIT_INVALID")
    chat_id = hub.world.personal_chats.get(_person(hub, call.user_id))
    if chat_id is None:
        return []
    return [stored.message for stored in hub.chats.record(chat_id).messages[-call.limit :]]


def save_button(hub: Hub, call: SavePreparedKeyboardButton) -> BotApi:
    """savePreparedKeyboardButton: for `web_app_request_chat`; it can be used repeatedly."""
    button: BotApi = wire(call.button)
    if not any(name in button for name in ASKING):
        raise ApiError("BUTTON_TYPE_INVALID")
    record = PreparedButtonRecord(
        id=secrets.token_urlsafe(12), person_id=_person(hub, call.user_id), button=button
    )
    hub.world.prepared_buttons[record.id] = record
    hub.store.changed()
    return {"id": record.id}


METHODS = (
    Method(VerifyUser, verify_user),
    Method(VerifyChat, verify_chat),
    Method(RemoveUserVerification, unverify_user),
    Method(RemoveChatVerification, unverify_chat),
    Method(GetManagedBotToken, managed_token),
    Method(ReplaceManagedBotToken, replace_token),
    Method(GetManagedBotAccessSettings, managed_access),
    Method(SetManagedBotAccessSettings, set_managed_access),
    Method(GetUserPersonalChatMessages, personal_messages),
    Method(SavePreparedKeyboardButton, save_button),
)
