"""What the bot reads and changes in connected accounts, apart from sending and editing."""

from typing import Any

from aiogram.methods import (
    DeleteBusinessMessages,
    GetBusinessConnection,
    ReadBusinessMessage,
    SetBusinessAccountBio,
    SetBusinessAccountName,
    SetBusinessAccountUsername,
)

from telegram_emulator.api.methods.method import Method
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import StoredMessage


def get_connection(hub: Hub, call: GetBusinessConnection) -> BotApi:
    """getBusinessConnection"""
    return hub.business.view(hub.business.connection(call.business_connection_id))


def read_message(hub: Hub, call: ReadBusinessMessage) -> bool:
    """readBusinessMessage: only in a chat where somebody wrote in the last 24 hours."""
    hub.business.require(call.business_connection_id, "can_read_messages")
    chat = hub.business.chat_of_call(call.business_connection_id, call.chat_id)
    if hub.chats.message(chat.key, call.message_id) is None:
        raise ApiError("MESSAGE_ID_INVALID")
    chat.read_up_to = max(chat.read_up_to, call.message_id)
    hub.store.changed()
    return True


def delete_messages(hub: Hub, call: DeleteBusinessMessages) -> bool:
    """deleteBusinessMessages: all must be in one chat; the bot's own messages need a smaller
    right."""
    record = hub.business.connection(call.business_connection_id)
    if not 1 <= len(call.message_ids) <= 100:
        raise ApiError("Message identifiers are not specified")
    found = [_find(hub, record.id, number) for number in call.message_ids]
    if len({key for key, _ in found}) > 1:
        raise ApiError("messages must belong to the same chat")
    own = all("sender_business_bot" in stored.message for _, stored in found)
    right = "can_delete_sent_messages" if own else "can_delete_all_messages"
    if not (record.rights.get("can_delete_all_messages") or record.rights.get(right)):
        raise ApiError("BOT_ACCESS_FORBIDDEN", 403)
    hub.chats.delete(found[0][0], list(call.message_ids))
    return True


def _find(hub: Hub, connection_id: str, message_id: int) -> tuple[int, StoredMessage]:
    for chat in hub.world.business_chats.values():
        stored = hub.chats.message(chat.key, message_id)
        if chat.connection_id == connection_id and stored is not None:
            return chat.key, stored
    raise ApiError("MESSAGE_ID_INVALID")


def set_name(hub: Hub, call: SetBusinessAccountName) -> bool:
    """setBusinessAccountName"""
    if not 1 <= len(call.first_name) <= 64 or len(call.last_name or "") > 64:
        raise ApiError("FIRSTNAME_INVALID")
    changes = {"first_name": call.first_name, "last_name": call.last_name or None}
    return _change(hub, call, "can_edit_name", changes)


def set_username(hub: Hub, call: SetBusinessAccountUsername) -> bool:
    """setBusinessAccountUsername"""
    changes = {"username": call.username or None}
    return _change(hub, call, "can_edit_username", changes)


def set_bio(hub: Hub, call: SetBusinessAccountBio) -> bool:
    """setBusinessAccountBio: only checked, since people here have no visible bio."""
    if len(call.bio or "") > 140:
        raise ApiError("ABOUT_TOO_LONG")
    hub.business.require(call.business_connection_id, "can_edit_bio")
    return True


def _change(hub: Hub, call: Any, right: str, changes: dict[str, Any]) -> bool:
    record = hub.business.require(call.business_connection_id, right)
    hub.profile.change_person(record.owner_id, **changes)
    return True


METHODS = (
    Method(GetBusinessConnection, get_connection),
    Method(ReadBusinessMessage, read_message),
    Method(DeleteBusinessMessages, delete_messages),
    Method(SetBusinessAccountName, set_name),
    Method(SetBusinessAccountUsername, set_username),
    Method(SetBusinessAccountBio, set_bio),
)
