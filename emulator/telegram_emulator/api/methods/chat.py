"""Reactions and pins."""

from aiogram.methods import (
    DeleteAllMessageReactions,
    DeleteMessageReaction,
    GetUserProfilePhotos,
    PinChatMessage,
    SetMessageReaction,
    UnpinAllChatMessages,
    UnpinChatMessage,
)

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import wire
from telegram_emulator.files import as_photo
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import StoredMessage


def set_message_reaction(hub: Hub, call: SetMessageReaction) -> bool:
    """setMessageReaction: at most one emoji, since bots have no Premium."""
    key = hub.chats.find(call.chat_id)
    stored = _message(hub, key, call.message_id, "message to react not found")
    reactions = [wire(reaction) for reaction in call.reaction or []]
    if len(reactions) > 1 or any(one["type"] == "paid" for one in reactions):
        raise ApiError("REACTIONS_TOO_MANY" if len(reactions) > 1 else "REACTION_INVALID")
    stored.bot_reaction = reactions[0] if reactions else None
    hub.chats.show(key, stored)
    return True


def delete_message_reaction(hub: Hub, call: DeleteMessageReaction) -> bool:
    """deleteMessageReaction: one person's reaction to a message, as an administrator."""
    key = _moderated(hub, call.chat_id)
    stored = _message(hub, key, call.message_id, "message not found")
    if stored.reactions.pop(call.user_id or 0, None) is None:
        raise ApiError("REACTION_EMPTY")
    hub.chats.show(key, stored)
    return True


def delete_all_message_reactions(hub: Hub, call: DeleteAllMessageReactions) -> bool:
    """deleteAllMessageReactions: one person's reactions to all messages."""
    key = _moderated(hub, call.chat_id)
    for stored in hub.chats.record(key).messages:
        if stored.reactions.pop(call.user_id or 0, None) is not None:
            hub.chats.show(key, stored)
    return True


def _moderated(hub: Hub, chat_id: int | str) -> int:
    group = hub.groups.find(hub.chats.find(chat_id))
    if group is None or group.kind != "supergroup":
        raise ApiError("method is available only for supergroups")
    hub.groups.require(group, "can_delete_messages")
    return group.id


def pin_chat_message(hub: Hub, call: PinChatMessage) -> bool:
    """pinChatMessage"""
    key = _may_pin(hub, call)
    stored = _message(hub, key, call.message_id, "message to pin not found")
    hub.chats.pin(key, stored)
    return True


def unpin_chat_message(hub: Hub, call: UnpinChatMessage) -> bool:
    """unpinChatMessage: the newest pinned message if none is named."""
    key = _may_pin(hub, call)
    if call.message_id is not None:
        _message(hub, key, call.message_id, "message to unpin not found")
    hub.chats.unpin(key, call.message_id)
    return True


def unpin_all_chat_messages(hub: Hub, call: UnpinAllChatMessages) -> bool:
    """unpinAllChatMessages"""
    hub.chats.unpin_all(_may_pin(hub, call))
    return True


def _may_pin(hub: Hub, call: PinChatMessage | UnpinChatMessage | UnpinAllChatMessages) -> int:
    key = hub.chats.find(call.chat_id, getattr(call, "business_connection_id", None))
    if group := hub.groups.find(key):
        if group.kind == "channel":
            hub.groups.require(group, "can_edit_messages")
        elif not group.permissions.get("can_pin_messages"):
            hub.groups.require(group, "can_pin_messages")
    return key


def get_user_profile_photos(hub: Hub, call: GetUserProfilePhotos) -> BotApi:
    """getUserProfilePhotos: only the bot has one; people here have no photo files."""
    if call.user_id == hub.profile.bot_id and hub.world.bot.photo:
        return {"total_count": 1, "photos": [as_photo(hub.world.files[hub.world.bot.photo])]}
    if call.user_id not in hub.world.people:
        raise ApiError("user not found")
    return {"total_count": 0, "photos": []}


def _message(hub: Hub, key: int, message_id: int, missing: str) -> StoredMessage:
    stored = hub.chats.message(key, message_id)
    if stored is None:
        raise ApiError(missing)
    return stored


METHODS = (
    Method(SetMessageReaction, set_message_reaction),
    Method(DeleteMessageReaction, delete_message_reaction),
    Method(DeleteAllMessageReactions, delete_all_message_reactions),
    Method(PinChatMessage, pin_chat_message),
    Method(UnpinChatMessage, unpin_chat_message),
    Method(UnpinAllChatMessages, unpin_all_chat_messages),
    Method(GetUserProfilePhotos, get_user_profile_photos),
)
