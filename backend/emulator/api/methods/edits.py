"""Changing and removing the bot's messages."""

from typing import Any

from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
)

from backend.emulator.api.markup import read_inline
from backend.emulator.api.methods.method import Method
from backend.emulator.api.params import given, wire
from backend.emulator.api.sending import caption_of, fields, text_of
from backend.emulator.events import SharedEvent
from backend.emulator.hub import Hub
from backend.emulator.inline import readable_text, shared_view
from backend.emulator.refusals import ApiError
from backend.emulator.schemas import BotApi
from backend.emulator.text import read_rich_message
from backend.emulator.world import StoredMessage

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MEDIA = ("photo", "document", "voice", "audio", "video")


def edit_message_text(hub: Hub, call: EditMessageText) -> BotApi | bool:
    """editMessageText: with text, or with a rich message in its place."""
    content: BotApi = {"text": None, "entities": None, "rich_message": None}
    if call.rich_message is not None:
        if call.text:
            raise ApiError("text and rich_message can't be used simultaneously")
        content["rich_message"] = read_rich_message(wire(call.rich_message), draft=False)
    else:
        content |= fields(text_of(call))
    if (preview := given(call.link_preview_options)) is not None:
        content["link_preview_options"] = wire(preview)
    if call.inline_message_id:
        return _edit_shared(hub, call.inline_message_id, content, call)
    person_id, stored = _mine(hub, call)
    if not ("text" in stored.message or "rich_message" in stored.message):
        raise ApiError("there is no text in the message to edit")
    return _edit(hub, person_id, stored, content, call)


def edit_message_caption(hub: Hub, call: EditMessageCaption) -> BotApi | bool:
    """editMessageCaption"""
    content: BotApi = {"caption": None, "caption_entities": None, **caption_of(call)}
    person_id, stored = _mine(hub, call)
    if not any(kind in stored.message for kind in MEDIA):
        raise ApiError("there is no caption in the message to edit")
    return _edit(hub, person_id, stored, content, call)


def edit_message_reply_markup(hub: Hub, call: EditMessageReplyMarkup) -> BotApi | bool:
    """editMessageReplyMarkup"""
    if call.inline_message_id:
        return _edit_shared(hub, call.inline_message_id, {}, call)
    person_id, stored = _mine(hub, call)
    return _edit(hub, person_id, stored, {}, call)


def _mine(hub: Hub, call: Any) -> tuple[int, StoredMessage]:
    """The message of the bot that a call names."""
    if call.chat_id is None:
        raise ApiError("chat_id is empty")
    person_id = hub.chats.known(call.chat_id)
    if not call.message_id:
        raise ApiError("message identifier is not specified")
    stored = hub.chats.message(person_id, call.message_id)
    if stored is None:
        raise ApiError("message to edit not found")
    if stored.outgoing:
        raise ApiError("message can't be edited")
    return person_id, stored


def _edit(
    hub: Hub, person_id: int, stored: StoredMessage, content: BotApi, call: Any
) -> BotApi | bool:
    content = {**content, "reply_markup": read_inline(call.reply_markup)}
    if all(stored.message.get(name) == value for name, value in content.items()):
        raise ApiError(NOT_MODIFIED)
    hub.chats.edit(person_id, stored, content)
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
    hub.store.changed()
    hub.changes.emit(SharedEvent(shared_view(shared)))
    return True


def delete_message(hub: Hub, call: DeleteMessage) -> bool:
    """deleteMessage: in private chats the bot may delete both sides' messages of two days."""
    person_id = hub.chats.known(call.chat_id)
    if hub.chats.message(person_id, call.message_id) is None:
        raise ApiError("message to delete not found")
    hub.chats.delete(person_id, [call.message_id])
    return True


def delete_messages(hub: Hub, call: DeleteMessages) -> bool:
    """deleteMessages: those not found are skipped."""
    person_id = hub.chats.known(call.chat_id)
    if not call.message_ids:
        raise ApiError("Message identifiers are not specified")
    if len(call.message_ids) > 100:
        raise ApiError("Too many message identifiers specified")
    hub.chats.delete(person_id, list(call.message_ids))
    return True


METHODS = (
    Method(EditMessageText, edit_message_text),
    Method(EditMessageCaption, edit_message_caption),
    Method(EditMessageReplyMarkup, edit_message_reply_markup),
    Method(DeleteMessage, delete_message),
    Method(DeleteMessages, delete_messages),
)
