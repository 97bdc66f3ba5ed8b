"""Sending text: sendMessage, sendRichMessage, sendChatAction."""

from aiogram.methods import SendChatAction, SendMessage, SendRichMessage

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import given, wire
from telegram_emulator.api.sending import reach, send, text_of
from telegram_emulator.content import fields
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import read_rich_message

ACTIONS = {
    "cancel",
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "record_audio",
    "upload_audio",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(hub: Hub, call: SendMessage) -> BotApi:
    """sendMessage"""
    content = fields(text_of(call))
    if (preview := given(call.link_preview_options)) is not None:
        content["link_preview_options"] = wire(preview)
    return send(hub, call, content).message


def send_rich_message(hub: Hub, call: SendRichMessage) -> BotApi:
    """sendRichMessage"""
    rich = read_rich_message(wire(call.rich_message), draft=False)
    return send(hub, call, {"rich_message": rich}).message


def send_chat_action(hub: Hub, call: SendChatAction) -> bool:
    """sendChatAction"""
    if call.action not in ACTIONS:
        raise ApiError("Wrong parameter action in request")
    person_id = reach(hub, call)
    hub.drafts.count_call(person_id)
    hub.chats.act(person_id, call.action)
    return True


METHODS = (
    Method(SendMessage, send_message),
    Method(SendRichMessage, send_rich_message),
    Method(SendChatAction, send_chat_action),
)
