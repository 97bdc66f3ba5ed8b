"""Messages outside the chat with the bot: inline, guest and prepared ones."""

import asyncio

from backend.emulator.actions import (
    ChooseInlineResult,
    InlineAnswer,
    InlineQuery,
    PreparedMessage,
    ReadPreparedMessage,
    SendGuestMessage,
    SendPreparedMessage,
    Shared,
)
from backend.emulator.api.sending import LONGEST_TEXT, fields
from backend.emulator.control.handlers import Actions
from backend.emulator.control.talk import pieces
from backend.emulator.hub import Hub
from backend.emulator.inline import readable_text, share
from backend.emulator.schemas import BotApi
from backend.emulator.text import format_text
from backend.emulator.world import PreparedRecord
from backend.errors import EmulatorRefused

ANSWER_WITHIN = 10.0
"""Seconds for which a client waits for inline results."""


async def inline_query(hub: Hub, action: InlineQuery) -> InlineAnswer:
    """Ask the bot for results."""
    hub.chats.person(action.person_id)
    query_id, answered = hub.queries.ask_inline()
    body = {
        "id": query_id,
        "from": hub.profile.user(action.person_id),
        "query": action.query,
        "offset": action.offset,
        "chat_type": "private",
    }
    hub.updates.push("inline_query", body, action.person_id)
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            answer = await answered
    except TimeoutError:
        raise EmulatorRefused(reason="BOT_RESPONSE_TIMEOUT") from None
    finally:
        hub.queries.forget_inline(query_id)
    hub.queries.last_results[action.person_id] = answer["results"]
    return InlineAnswer(answer["results"], answer["next_offset"], answer.get("button"))


def choose_inline_result(hub: Hub, action: ChooseInlineResult) -> Shared:
    """Send one of the last results."""
    results = hub.queries.last_results.get(action.person_id, [])
    result = next((r for r in results if r["id"] == action.result_id), None)
    if result is None:
        raise EmulatorRefused(reason="RESULT_ID_INVALID")
    shared = _share(hub, action.person_id, action.to, result)
    body = {
        "result_id": action.result_id,
        "from": hub.profile.user(action.person_id),
        "query": action.query,
        "inline_message_id": shared.inline_message_id,
    }
    hub.updates.push("chosen_inline_result", body, action.person_id)
    return shared


def send_guest_message(hub: Hub, action: SendGuestMessage) -> None:
    """Mention the bot somewhere it is no member of."""
    hub.chats.person(action.person_id)
    if not action.text.strip():
        raise EmulatorRefused(reason="MESSAGE_EMPTY")
    formatted = format_text(pieces(action.text)[0], None, [], LONGEST_TEXT, "MESSAGE_TOO_LONG")
    message: BotApi = {
        "message_id": hub.world.next_message_id,
        "from": hub.profile.user(action.person_id),
        "chat": {"id": -1_000_000_000_001, "type": "supergroup", "title": action.chat_title},
        "date": hub.clock.timestamp(),
        "guest_query_id": hub.queries.ask_guest(action.person_id, action.chat_title),
        **fields(formatted),
    }
    hub.world.next_message_id += 1
    hub.updates.push("guest_message", message, action.person_id)


def read_prepared_message(hub: Hub, action: ReadPreparedMessage) -> PreparedMessage:
    """A prepared message, before it is sent."""
    record = _prepared(hub, action.person_id, action.id)
    return PreparedMessage(
        record.id,
        readable_text(record.result),
        record.result,
        record.allowed,
        record.expires_at,
    )


def send_prepared_message(hub: Hub, action: SendPreparedMessage) -> Shared:
    """Share a prepared message."""
    record = _prepared(hub, action.person_id, action.id)
    return _share(hub, action.person_id, action.to, record.result)


def _prepared(hub: Hub, person_id: int, prepared_id: str) -> PreparedRecord:
    record = hub.world.prepared.get(prepared_id)
    if record is None or record.person_id != person_id or record.expires_at <= hub.clock.now():
        raise EmulatorRefused(reason="MESSAGE_EXPIRED")
    return record


def _share(hub: Hub, person_id: int, to: str, result: BotApi) -> Shared:
    record = share(hub.store, hub.clock, hub.changes, person_id, to, result)
    return Shared(record.inline_message_id)


ACTIONS: Actions = {
    InlineQuery: inline_query,
    ChooseInlineResult: choose_inline_result,
    SendGuestMessage: send_guest_message,
    ReadPreparedMessage: read_prepared_message,
    SendPreparedMessage: send_prepared_message,
}
