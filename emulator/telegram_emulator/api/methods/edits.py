"""Editing and deleting the bot's messages."""

from typing import Any

from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
)

from telegram_emulator.api.markup import read_inline
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import given, wire
from telegram_emulator.api.sending import caption_of, text_of
from telegram_emulator.content import fields
from telegram_emulator.events import SharedEvent
from telegram_emulator.hub import Hub
from telegram_emulator.inline import message_content, readable_text, shared_view
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import read_rich_message
from telegram_emulator.world import SharedRecord, StoredMessage

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MEDIA = ("photo", "document", "voice", "audio", "video")


def edit_message_text(hub: Hub, call: EditMessageText) -> BotApi | bool:
    """editMessageText: replaces the content with text or with a rich message."""
    content = new_text(call)
    if call.inline_message_id:
        return _edit_shared(hub, call.inline_message_id, content, call)
    key, stored = own_message(hub, call)
    if not ("text" in stored.message or "rich_message" in stored.message):
        raise ApiError("there is no text in the message to edit")
    return edit_stored(hub, key, stored, content, call)


def new_text(call: Any) -> BotApi:
    """The new content for an edit; fields that are None are removed.

    Raises:
        ApiError: for both kinds of text or none.
    """
    content: BotApi = {"text": None, "entities": None, "rich_message": None}
    if call.rich_message is not None:
        if call.text:
            raise ApiError("text and rich_message can't be used simultaneously")
        content["rich_message"] = read_rich_message(wire(call.rich_message), draft=False)
    else:
        content |= fields(text_of(call))
    if (preview := given(call.link_preview_options)) is not None:
        content["link_preview_options"] = wire(preview)
    return content


def edit_message_caption(hub: Hub, call: EditMessageCaption) -> BotApi | bool:
    """editMessageCaption"""
    content: BotApi = {"caption": None, "caption_entities": None, **caption_of(call)}
    key, stored = own_message(hub, call)
    if not any(kind in stored.message for kind in MEDIA):
        raise ApiError("there is no caption in the message to edit")
    return edit_stored(hub, key, stored, content, call)


def edit_message_reply_markup(hub: Hub, call: EditMessageReplyMarkup) -> BotApi | bool:
    """editMessageReplyMarkup"""
    if call.inline_message_id:
        return _edit_shared(hub, call.inline_message_id, {}, call)
    key, stored = own_message(hub, call)
    return edit_stored(hub, key, stored, {}, call)


def own_message(hub: Hub, call: Any) -> tuple[int, StoredMessage]:
    """The bot's message that a call names."""
    if call.chat_id is None:
        raise ApiError("chat_id is empty")
    key = hub.chats.known(call.chat_id, call.business_connection_id)
    if not call.message_id:
        raise ApiError("message identifier is not specified")
    stored = hub.chats.message(key, call.message_id)
    if stored is None:
        raise ApiError("message to edit not found")
    business = key in hub.world.business_chats
    if stored.outgoing or (business and "sender_business_bot" not in stored.message):
        raise ApiError("message can't be edited")
    hub.places.check_reachable(key)
    return key, stored


def edit_stored(
    hub: Hub, key: int, stored: StoredMessage, content: BotApi, call: Any
) -> BotApi | bool:
    """Change a message, including its keyboard.

    Raises:
        ApiError: when nothing changes by it.
    """
    content = {**content, "reply_markup": read_inline(call.reply_markup)}
    if all(stored.message.get(name) == value for name, value in content.items()):
        raise ApiError(NOT_MODIFIED)
    hub.chats.edit(key, stored, content)
    return stored.message


def _edit_shared(hub: Hub, inline_message_id: str, content: BotApi, call: Any) -> bool:
    shared = hub.world.shared.get(inline_message_id)
    if shared is None:
        raise ApiError("MESSAGE_ID_INVALID")
    message = {name: value for name, value in content.items() if value is not None}
    result = {**shared.result, "reply_markup": read_inline(call.reply_markup)}
    if message:
        result["input_message_content"] = message
    if result == {"reply_markup": None, **shared.result}:
        raise ApiError(NOT_MODIFIED)
    shared.result = {name: value for name, value in result.items() if value is not None}
    shared.text = readable_text(shared.result)
    _edit_in_group(hub, shared)
    hub.store.changed()
    hub.changes.emit(SharedEvent(shared_view(shared)))
    return True


def _edit_in_group(hub: Hub, shared: SharedRecord) -> None:
    """If the inline message is in a group of the emulator, change it there too."""
    if shared.message is None or shared.message[0] not in hub.world.groups:
        return
    key, message_id = shared.message
    stored = hub.chats.message(key, message_id)
    if stored is not None:
        gone: BotApi = dict.fromkeys(("text", "entities", "rich_message", "reply_markup"))
        hub.chats.edit(key, stored, gone | message_content(shared.result))


def delete_message(hub: Hub, call: DeleteMessage) -> bool:
    """deleteMessage: in private chats, messages of both sides."""
    key = hub.chats.known(call.chat_id)
    stored = hub.chats.message(key, call.message_id)
    if stored is None:
        raise ApiError("message to delete not found")
    if not _may_delete(hub, key, stored):
        raise ApiError("message can't be deleted")
    hub.chats.delete(key, [call.message_id])
    return True


def delete_messages(hub: Hub, call: DeleteMessages) -> bool:
    """deleteMessages: messages that are not found are skipped."""
    key = hub.chats.known(call.chat_id)
    if not call.message_ids:
        raise ApiError("Message identifiers are not specified")
    if len(call.message_ids) > 100:
        raise ApiError("Too many message identifiers specified")
    found = [hub.chats.message(key, number) for number in call.message_ids]
    hub.chats.delete(key, [one.id for one in found if one and _may_delete(hub, key, one)])
    return True


def _may_delete(hub: Hub, key: int, stored: StoredMessage) -> bool:
    """In groups the bot may delete its own messages, and others' if it has the right."""
    group = hub.groups.find(key)
    if group is None:
        return True
    hub.groups.bot_place(key)
    return not stored.outgoing or hub.groups.has_right(
        group, hub.profile.bot_id, "can_delete_messages"
    )


METHODS = (
    Method(EditMessageText, edit_message_text),
    Method(EditMessageCaption, edit_message_caption),
    Method(EditMessageReplyMarkup, edit_message_reply_markup),
    Method(DeleteMessage, delete_message),
    Method(DeleteMessages, delete_messages),
)
