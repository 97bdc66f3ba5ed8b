"""The bot's profile: getMe, names, descriptions, commands, menu button."""

import re

from aiogram.methods import (
    Close,
    DeleteMyCommands,
    GetChat,
    GetChatMenuButton,
    GetMyCommands,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    LogOut,
    SetChatMenuButton,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
)
from aiogram.types import BotCommandScopeUnion

from telegram_emulator.api.markup import check_web_app_url
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.newer import GetMe, SetMySettings
from telegram_emulator.api.params import wire
from telegram_emulator.group_records import GroupRecord
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi

MOST_COMMANDS = 100
LONGEST_PLACEHOLDER = 64
GIFT_KINDS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def get_me(hub: Hub, call: GetMe) -> BotApi:
    """getMe"""
    return hub.profile.me()


def set_my_settings(hub: Hub, call: SetMySettings) -> bool:
    """setMySettings"""
    given = {name: value for name, value in call.model_dump().items() if value is not None}
    if len(str(given.get("inline_query_placeholder", ""))) > LONGEST_PLACEHOLDER:
        raise ApiError("INLINE_PLACEHOLDER_INVALID")
    hub.world.bot.settings |= given
    hub.profile.tell()
    return True


def nothing(hub: Hub, call: LogOut | Close) -> bool:
    """logOut and close: there is no other server to move to."""
    return True


def set_my_name(hub: Hub, call: SetMyName) -> bool:
    """setMyName"""
    return _set_text(hub, "names", call.name, call.language_code, 64)


def set_my_description(hub: Hub, call: SetMyDescription) -> bool:
    """setMyDescription"""
    return _set_text(hub, "descriptions", call.description, call.language_code, 512)


def set_my_short_description(hub: Hub, call: SetMyShortDescription) -> bool:
    """setMyShortDescription"""
    return _set_text(hub, "short_descriptions", call.short_description, call.language_code, 120)


def _set_text(hub: Hub, kind: str, text: str | None, language: str | None, limit: int) -> bool:
    if len(text or "") > limit:
        raise ApiError(f"bot {kind.rstrip('s').replace('_', ' ')} is too long")
    hub.profile.set_text(kind, _language(language), text or "")
    return True


def _language(code: str | None) -> str:
    if code and not re.fullmatch("[a-z]{2}", code):
        raise ApiError("invalid language code specified")
    return code or ""


def get_my_name(hub: Hub, call: GetMyName) -> BotApi:
    """getMyName"""
    name = hub.profile.text("names", _language(call.language_code))
    return {"name": name or hub.profile.bot_user()["first_name"]}


def get_my_description(hub: Hub, call: GetMyDescription) -> BotApi:
    """getMyDescription"""
    return {"description": hub.profile.text("descriptions", _language(call.language_code))}


def get_my_short_description(hub: Hub, call: GetMyShortDescription) -> BotApi:
    """getMyShortDescription"""
    text = hub.profile.text("short_descriptions", _language(call.language_code))
    return {"short_description": text}


def set_my_commands(hub: Hub, call: SetMyCommands) -> bool:
    """setMyCommands"""
    if len(call.commands) > MOST_COMMANDS:
        raise ApiError("BOT_COMMANDS_TOO_MUCH")
    for command in call.commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command.command):
            raise ApiError("BOT_COMMAND_INVALID")
        if not 1 <= len(command.description) <= 256:
            raise ApiError("BOT_COMMAND_DESCRIPTION_INVALID")
    key = f"{_scope(hub, call.scope)}|{_language(call.language_code)}"
    hub.world.bot.commands[key] = [
        {**wire(command), "command": command.command.removeprefix("/")} for command in call.commands
    ]
    hub.chats.tell_all()
    return True


def delete_my_commands(hub: Hub, call: DeleteMyCommands) -> bool:
    """deleteMyCommands"""
    key = f"{_scope(hub, call.scope)}|{_language(call.language_code)}"
    hub.world.bot.commands.pop(key, None)
    hub.chats.tell_all()
    return True


def get_my_commands(hub: Hub, call: GetMyCommands) -> list[BotApi]:
    """getMyCommands: for exactly this scope and language."""
    key = f"{_scope(hub, call.scope)}|{_language(call.language_code)}"
    return hub.world.bot.commands.get(key, [])


def _scope(hub: Hub, scope: BotCommandScopeUnion | None) -> str:
    if scope is None:
        return "default"
    chat_id = getattr(scope, "chat_id", None)
    return str(scope.type) if chat_id is None else f"{scope.type}:{hub.chats.known(chat_id)}"


def set_chat_menu_button(hub: Hub, call: SetChatMenuButton) -> bool:
    """setChatMenuButton: for one chat, or the default for all."""
    person_id = 0 if call.chat_id is None else hub.chats.private(call.chat_id)
    button: BotApi = {"type": "default"} if call.menu_button is None else wire(call.menu_button)
    if button["type"] == "web_app":
        if not 1 <= len(button["text"]) <= 64:
            raise ApiError("BUTTON_TEXT_INVALID")
        check_web_app_url(button["web_app"]["url"], "menu button")
    hub.world.bot.menu_buttons[person_id] = button
    hub.profile.tell()
    hub.chats.tell_all()
    return True


def get_chat_menu_button(hub: Hub, call: GetChatMenuButton) -> BotApi:
    """getChatMenuButton"""
    person_id = 0 if call.chat_id is None else hub.chats.private(call.chat_id)
    return hub.profile.menu_button_for(person_id)


def get_chat(hub: Hub, call: GetChat) -> BotApi:
    """getChat"""
    key = hub.chats.known(call.chat_id)
    gifts = hub.world.accepted_gifts.get(key) or dict.fromkeys(GIFT_KINDS, True)
    group = {} if key not in hub.world.groups else _group_info(hub.groups.bot_place(key))
    return {
        **hub.profile.chat(key),
        "accent_color_id": key % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
        **group,
        **_emoji_status(hub, key),
    }


def _emoji_status(hub: Hub, person_id: int) -> BotApi:
    status = hub.world.emoji_statuses.get(person_id)
    over = status is not None and 0 < status.until <= hub.clock.timestamp()
    if status is None or not status.custom_emoji_id or over:
        return {}
    until = {"emoji_status_expiration_date": status.until} if status.until else {}
    return {"emoji_status_custom_emoji_id": status.custom_emoji_id, **until}


def _group_info(group: GroupRecord) -> BotApi:
    info: BotApi = {"permissions": group.permissions}
    if group.description:
        info["description"] = group.description
    if group.linked is not None:
        info["linked_chat_id"] = group.linked
    if group.kind == "supergroup":
        info["can_set_sticker_set"] = True
    if group.sticker_set:
        info["sticker_set_name"] = group.sticker_set
    if group.photo is not None:
        info["photo"] = group.photo
    primary = [one.link for one in group.invites.values() if one.primary and not one.revoked]
    return info | ({"invite_link": primary[0]} if primary else {})


METHODS = (
    Method(GetMe, get_me),
    Method(SetMySettings, set_my_settings),
    Method(LogOut, nothing),
    Method(Close, nothing),
    Method(SetMyName, set_my_name),
    Method(GetMyName, get_my_name),
    Method(SetMyDescription, set_my_description),
    Method(GetMyDescription, get_my_description),
    Method(SetMyShortDescription, set_my_short_description),
    Method(GetMyShortDescription, get_my_short_description),
    Method(SetMyCommands, set_my_commands),
    Method(DeleteMyCommands, delete_my_commands),
    Method(GetMyCommands, get_my_commands),
    Method(SetChatMenuButton, set_chat_menu_button),
    Method(GetChatMenuButton, get_chat_menu_button),
    Method(GetChat, get_chat),
)
