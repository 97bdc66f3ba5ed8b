"""Editing and deleting messages that only one member of a group sees."""

from typing import Any

from aiogram.methods import (
    DeleteEphemeralMessage,
    EditEphemeralMessageCaption,
    EditEphemeralMessageMedia,
    EditEphemeralMessageReplyMarkup,
    EditEphemeralMessageText,
)

from telegram_emulator.api.markup import read_inline
from telegram_emulator.api.methods.edit_media import CONTENT
from telegram_emulator.api.methods.edits import NOT_MODIFIED, new_text
from telegram_emulator.api.methods.media import media_of_item
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.sending import caption_of
from telegram_emulator.group_changes import ephemeral
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi


def edit_text(hub: Hub, call: EditEphemeralMessageText) -> bool:
    """editEphemeralMessageText"""
    return _edit(hub, call, new_text(call))


def edit_caption(hub: Hub, call: EditEphemeralMessageCaption) -> bool:
    """editEphemeralMessageCaption"""
    return _edit(hub, call, {"caption": None, "caption_entities": None, **caption_of(call)})


def edit_reply_markup(hub: Hub, call: EditEphemeralMessageReplyMarkup) -> bool:
    """editEphemeralMessageReplyMarkup"""
    return _edit(hub, call, {})


def edit_media(hub: Hub, call: EditEphemeralMessageMedia) -> bool:
    """editEphemeralMessageMedia: adds a file to a text, or replaces the file."""
    gone: BotApi = dict.fromkeys(CONTENT)
    media = {**media_of_item(hub, call, call.media), **caption_of(call.media)}
    return _edit(hub, call, gone | media)


def _edit(hub: Hub, call: Any, content: BotApi) -> bool:
    record = ephemeral.find(hub, call)
    message = {**record.message, **content, "reply_markup": read_inline(call.reply_markup)}
    message = {name: value for name, value in message.items() if value is not None}
    if message == record.message:
        raise ApiError(NOT_MODIFIED)
    record.message = {**message, "edit_date": hub.clock.timestamp()}
    ephemeral.tell(hub, record.chat_id)
    return True


def delete(hub: Hub, call: DeleteEphemeralMessage) -> bool:
    """deleteEphemeralMessage"""
    record = ephemeral.find(hub, call)
    del hub.world.ephemerals[record.id]
    ephemeral.tell(hub, record.chat_id)
    return True


METHODS = (
    Method(EditEphemeralMessageText, edit_text),
    Method(EditEphemeralMessageCaption, edit_caption),
    Method(EditEphemeralMessageMedia, edit_media),
    Method(EditEphemeralMessageReplyMarkup, edit_reply_markup),
    Method(DeleteEphemeralMessage, delete),
)
