"""Streaming an answer: sendMessageDraft and sendRichMessageDraft."""

from aiogram.methods import SendMessageDraft, SendRichMessageDraft

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import wire
from telegram_emulator.api.sending import reach, text_of
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi, Draft
from telegram_emulator.text import read_rich_message


def send_message_draft(hub: Hub, call: SendMessageDraft) -> bool:
    """sendMessageDraft; an empty text is "Thinking…"."""
    formatted = text_of(call, empty=None)
    return _show(hub, call, text=formatted.text, entities=formatted.entities)


def send_rich_message_draft(hub: Hub, call: SendRichMessageDraft) -> bool:
    """sendRichMessageDraft"""
    source = wire(call.rich_message)
    if source.get("media"):
        raise ApiError("media can't be uploaded in message drafts")
    return _show(hub, call, rich_message=read_rich_message(source, draft=True))


def _show(
    hub: Hub,
    call: SendMessageDraft | SendRichMessageDraft,
    *,
    text: str | None = None,
    entities: list[BotApi] | None = None,
    rich_message: BotApi | None = None,
) -> bool:
    if call.draft_id == 0:
        raise ApiError("draft_id must be non-zero")
    person_id = reach(hub, call)
    hub.drafts.count_call(person_id)
    draft = Draft(
        draft_id=call.draft_id,
        expires_at=hub.clock.now(),
        message_thread_id=call.message_thread_id,
        text=text,
        entities=entities or [],
        rich_message=rich_message,
        can_stop=bool(call.can_stop),
        keep_on_stop=bool(call.keep_on_stop),
    )
    hub.drafts.show(person_id, draft)
    return True


METHODS = (
    Method(SendMessageDraft, send_message_draft),
    Method(SendRichMessageDraft, send_rich_message_draft),
)
