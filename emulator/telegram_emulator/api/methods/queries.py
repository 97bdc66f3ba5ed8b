"""Answers to people's queries: pressed buttons, inline, guest and Mini App queries."""

import secrets
from datetime import timedelta

from aiogram.methods import (
    AnswerCallbackQuery,
    AnswerGuestQuery,
    AnswerInlineQuery,
    AnswerWebAppQuery,
    SavePreparedInlineMessage,
)
from aiogram.types import InlineQueryResultUnion

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import given, wire
from telegram_emulator.hub import Hub
from telegram_emulator.inline import message_content, share
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import format_text, read_rich_message
from telegram_emulator.world import PreparedRecord

PREPARED_LIFE = timedelta(hours=24)


def answer_callback_query(hub: Hub, call: AnswerCallbackQuery) -> bool:
    """answerCallbackQuery"""
    if len(call.text or "") > 200:
        raise ApiError("MESSAGE_TOO_LONG")
    hub.queries.answer_callback(
        call.callback_query_id, call.text, bool(call.show_alert), call.url or None
    )
    return True


def answer_inline_query(hub: Hub, call: AnswerInlineQuery) -> bool:
    """answerInlineQuery"""
    if len(call.results) > 50:
        raise ApiError("RESULTS_TOO_MUCH")
    results = [read_result(result) for result in call.results]
    if len({result["id"] for result in results}) != len(results):
        raise ApiError("RESULT_ID_DUPLICATE")
    answer = {"results": results, "next_offset": call.next_offset or ""}
    if call.button is not None:
        answer["button"] = wire(call.button)
    hub.queries.answer("inline", call.inline_query_id, answer)
    return True


def answer_web_app_query(hub: Hub, call: AnswerWebAppQuery) -> BotApi:
    """answerWebAppQuery: once for each launch with a query_id."""
    result = read_result(call.result)
    person_id = hub.world.web_app_queries.pop(call.web_app_query_id, None)
    if person_id is None:
        raise ApiError("query is too old and response timeout expired or query ID is invalid")
    record = share(hub.store, hub.clock, hub.changes, person_id, hub.profile.username, result)
    return {"inline_message_id": record.inline_message_id}


def answer_guest_query(hub: Hub, call: AnswerGuestQuery) -> BotApi:
    """answerGuestQuery: one message into the chat where the bot was mentioned."""
    result = read_result(call.result)
    person_id, chat_title, chat_id = hub.queries.take_guest(call.guest_query_id)
    record = share(hub.store, hub.clock, hub.changes, person_id, chat_title, result)
    if chat_id is not None and chat_id in hub.world.groups:
        caller = {"guest_bot_caller_user": hub.profile.user(person_id)}
        bot = {"from": hub.profile.bot_user()}
        stored = hub.chats.say(chat_id, {**message_content(result), **caller}, bot)
        record.message = (chat_id, stored.id)
    return {"inline_message_id": record.inline_message_id}


def save_prepared_inline_message(hub: Hub, call: SavePreparedInlineMessage) -> BotApi:
    """savePreparedInlineMessage: for one person, valid for a day."""
    if call.user_id not in hub.world.people:
        raise ApiError("user not found")
    allowed = [
        kind for kind in ("user", "bot", "group", "channel") if getattr(call, f"allow_{kind}_chats")
    ]
    if not allowed:
        raise ApiError("PEER_TYPES_INVALID")
    record = PreparedRecord(
        id=secrets.token_urlsafe(12),
        person_id=call.user_id,
        result=read_result(call.result),
        allowed=allowed,
        expires_at=hub.clock.now() + PREPARED_LIFE,
    )
    hub.world.prepared[record.id] = record
    hub.store.changed()
    return {"id": record.id, "expiration_date": int(record.expires_at.timestamp())}


def read_result(result: InlineQueryResultUnion) -> BotApi:
    """Convert an inline result, with its text checked.

    Raises:
        ApiError: for a bad id or an article without content.
        TextError: for text that cannot be parsed.
    """
    kept: BotApi = wire(result)
    if not 1 <= len(kept["id"].encode()) <= 64:
        raise ApiError("RESULT_ID_INVALID")
    content = kept.get("input_message_content")
    if content is None and kept["type"] == "article":
        raise ApiError("Input message content is not specified")
    if content and "message_text" in content:
        mode = given(getattr(result, "input_message_content").parse_mode)  # noqa: B009
        formatted = format_text(
            content["message_text"], mode, content.get("entities", []), 4096, "message is too long"
        )
        if not formatted.text:
            raise ApiError("message text is empty")
        kept["input_message_content"] = {
            "message_text": formatted.text,
            "entities": formatted.entities,
        }
    if content and "rich_message" in content:
        rich = read_rich_message(content["rich_message"], draft=False)
        kept["input_message_content"] = {"rich_message": rich}
    return kept


METHODS = (
    Method(AnswerCallbackQuery, answer_callback_query),
    Method(AnswerInlineQuery, answer_inline_query),
    Method(AnswerWebAppQuery, answer_web_app_query),
    Method(AnswerGuestQuery, answer_guest_query),
    Method(SavePreparedInlineMessage, save_prepared_inline_message),
)
