"""Sending earlier messages again: forwardMessage, copyMessage, and their plural forms."""

from types import SimpleNamespace
from typing import Any

from aiogram.methods import CopyMessage, CopyMessages, ForwardMessage, ForwardMessages

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import given
from telegram_emulator.api.sending import caption_of, send
from telegram_emulator.content import NOT_FORWARDED, content_of, origin_of
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import StoredMessage

NOT_COPIED = NOT_FORWARDED | {"invoice"}


def forward_message(hub: Hub, call: ForwardMessage) -> BotApi:
    """forwardMessage"""
    stored = _source(hub, call.from_chat_id, call.message_id, "forward")
    return _forward(hub, call, stored)


def forward_messages(hub: Hub, call: ForwardMessages) -> list[BotApi]:
    """forwardMessages: messages that cannot be forwarded are skipped."""
    sent = [_forward(hub, call, stored) for stored in _sources(hub, call, "forward")]
    return [_only_id(message) for message in sent]


def copy_message(hub: Hub, call: CopyMessage) -> BotApi:
    """copyMessage: without a link to the original, optionally with another caption."""
    stored = _source(hub, call.from_chat_id, call.message_id, "copy")
    content = content_of(stored.message)
    if call.caption is not None:
        content = {k: v for k, v in content.items() if not k.startswith("caption")}
        content |= caption_of(call)
    return _only_id(send(hub, call, content).message)


def copy_messages(hub: Hub, call: CopyMessages) -> list[BotApi]:
    """copyMessages: messages that cannot be copied are skipped."""
    dropped = ("caption", "caption_entities") if call.remove_caption else ()
    copies = []
    for stored in _sources(hub, call, "copy"):
        content = {k: v for k, v in content_of(stored.message).items() if k not in dropped}
        copies.append(_only_id(send(hub, _plain(call), content).message))
    return copies


def _forward(hub: Hub, call: Any, stored: StoredMessage) -> BotApi:
    content = {**content_of(stored.message), "forward_origin": origin_of(stored.message)}
    return send(hub, _plain(call), content).message


def _plain(call: Any) -> Any:
    """The call in the form that `send` reads: forwards have neither buttons nor replies."""
    return SimpleNamespace(
        chat_id=call.chat_id,
        message_thread_id=call.message_thread_id,
        protect_content=given(call.protect_content),
        message_effect_id=None,
        reply_markup=None,
        reply_parameters=None,
    )


def _sources(hub: Hub, call: Any, verb: str) -> list[StoredMessage]:
    if not 1 <= len(call.message_ids) <= 100:
        raise ApiError("Message identifiers are not specified")
    found = []
    for message_id in call.message_ids:
        try:
            found.append(_source(hub, call.from_chat_id, message_id, verb))
        except ApiError:
            continue
    if not found:
        raise ApiError(f"there are no messages to {verb}")
    return found


def _source(hub: Hub, chat_id: int | str, message_id: int, verb: str) -> StoredMessage:
    stored = hub.chats.message(hub.chats.known(chat_id), message_id)
    if stored is None:
        raise ApiError(f"message to {verb} not found")
    refused = NOT_COPIED if verb == "copy" else NOT_FORWARDED
    if stored.message.get("has_protected_content") or refused & stored.message.keys():
        word = "copied" if verb == "copy" else "forwarded"
        raise ApiError(f"the message can't be {word}")
    return stored


def _only_id(message: BotApi) -> BotApi:
    return {"message_id": message["message_id"]}


METHODS = (
    Method(ForwardMessage, forward_message),
    Method(ForwardMessages, forward_messages),
    Method(CopyMessage, copy_message),
    Method(CopyMessages, copy_messages),
)
