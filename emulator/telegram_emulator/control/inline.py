"""Messages outside the chat with the bot: inline, guest and prepared ones."""

import asyncio
import secrets

from telegram_emulator.actions import (
    CallbackStarted,
    ChooseInlineResult,
    InlineAnswer,
    InlineQuery,
    PreparedMessage,
    PressShared,
    ReadPreparedMessage,
    SendGuestMessage,
    SendPreparedMessage,
    Shared,
)
from telegram_emulator.content import LONGEST_TEXT, fields
from telegram_emulator.control.handlers import Actions
from telegram_emulator.control.place import member_of, place_of
from telegram_emulator.control.talk import pieces
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.inline import message_content, readable_text, share
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import format_text
from telegram_emulator.world import PreparedRecord, SharedRecord

LONGEST_QUERY = 256
ANSWER_WITHIN = 10.0
"""For how many seconds a client waits for inline results."""


async def inline_query(hub: Hub, action: InlineQuery) -> InlineAnswer:
    """Ask the bot for results."""
    hub.chats.person(action.person_id)
    if not hub.profile.setting("supports_inline_queries"):
        raise ActionRefused("BOT_INLINE_DISABLED")
    if len(action.query) > LONGEST_QUERY:
        raise ActionRefused("QUERY_TOO_LONG")
    kind: str = action.chat_type
    if action.chat_id is not None:
        kind = member_of(hub, action.person_id, action.chat_id).kind
    query_id, answered = hub.queries.ask("inline")
    body = {
        "id": query_id,
        "from": hub.profile.user(action.person_id),
        "query": action.query,
        "offset": action.offset,
        "chat_type": kind,
    }
    hub.updates.push("inline_query", body, action.person_id)
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            answer = await answered
    except TimeoutError:
        raise ActionRefused("BOT_RESPONSE_TIMEOUT") from None
    finally:
        hub.queries.forget("inline", query_id)
    hub.queries.last_results[action.person_id] = answer["results"]
    return InlineAnswer(answer["results"], answer["next_offset"], answer.get("button"))


def choose_inline_result(hub: Hub, action: ChooseInlineResult) -> Shared:
    """Send one of the last results."""
    results = hub.queries.last_results.get(action.person_id, [])
    result = next((r for r in results if r["id"] == action.result_id), None)
    if result is None:
        raise ActionRefused("RESULT_ID_INVALID")
    content = {**message_content(result), "via_bot": hub.profile.bot_user()}
    place = None if action.chat_id is None else place_of(hub, action, content)
    to = action.to if place is None else hub.groups.get(place.key).title
    record = share(hub.store, hub.clock, hub.changes, action.person_id, to, result)
    if place is not None:
        stored = hub.chats.say(place.key, {**content, **place.context}, place.author)
        record.message = (place.key, stored.id)
    _tell_choice(hub, action, record)
    return Shared(record.inline_message_id)


def _tell_choice(hub: Hub, action: ChooseInlineResult, record: SharedRecord) -> None:
    """As often as the bot's settings say: one choice in N, none for 0."""
    share_of = int(str(hub.profile.setting("inline_feedback_share_denominator")))
    if share_of == 0 or secrets.randbelow(share_of):
        return
    body = {
        "result_id": action.result_id,
        "from": hub.profile.user(action.person_id),
        "query": action.query,
    }
    if record.result.get("reply_markup"):
        body["inline_message_id"] = record.inline_message_id
    hub.updates.push("chosen_inline_result", body, action.person_id)


def press_shared(hub: Hub, action: PressShared) -> CallbackStarted:
    """Press a button under a message that came from an inline result."""
    hub.chats.person(action.person_id)
    record = hub.world.shared.get(action.inline_message_id)
    if record is None:
        raise ActionRefused("MESSAGE_ID_INVALID")
    rows = record.result.get("reply_markup", {}).get("inline_keyboard", [])
    if not any(button.get("callback_data") == action.data for row in rows for button in row):
        raise ActionRefused("DATA_INVALID")
    query_id = hub.queries.press(action.person_id)
    query = {
        "id": query_id,
        "from": hub.profile.user(action.person_id),
        "inline_message_id": action.inline_message_id,
        "chat_instance": str(int.from_bytes(action.inline_message_id.encode()[-6:], "big")),
        "data": action.data,
    }
    hub.updates.push("callback_query", query, action.person_id)
    return CallbackStarted(query_id)


def send_guest_message(hub: Hub, action: SendGuestMessage) -> None:
    """Mention the bot in a chat that it is not a member of."""
    hub.chats.person(action.person_id)
    if not action.text.strip():
        raise ActionRefused("MESSAGE_EMPTY")
    if not hub.profile.setting("supports_guest_queries"):
        raise ActionRefused("BOT_GUEST_DISABLED")
    formatted = format_text(pieces(action.text)[0], None, [], LONGEST_TEXT, "MESSAGE_TOO_LONG")
    message: BotApi
    if action.chat_id is not None:
        message = _mention(hub, action, fields(formatted))
    else:
        message = {
            "message_id": hub.world.next_message_id,
            "from": hub.profile.user(action.person_id),
            "chat": {"id": -1_000_000_000_001, "type": "supergroup", "title": action.chat_title},
            "date": hub.clock.timestamp(),
            **fields(formatted),
        }
        hub.world.next_message_id += 1
    title = message["chat"]["title"]
    query_id = hub.queries.ask_guest(action.person_id, title, action.chat_id)
    hub.updates.push("guest_message", {**message, "guest_query_id": query_id}, action.person_id)


def _mention(hub: Hub, action: SendGuestMessage, content: BotApi) -> BotApi:
    """The message with the mention in a group of the emulator."""
    place = place_of(hub, action, content)
    group = hub.groups.get(place.key)
    if hub.groups.is_in(group, hub.profile.bot_id):
        raise ActionRefused("the bot is a member there")
    if group.protected:
        raise ActionRefused("CHAT_FORWARDS_RESTRICTED")
    return hub.chats.say(place.key, {**content, **place.context}, place.author).message


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
        raise ActionRefused("MESSAGE_EXPIRED")
    return record


def _share(hub: Hub, person_id: int, to: str, result: BotApi) -> Shared:
    record = share(hub.store, hub.clock, hub.changes, person_id, to, result)
    return Shared(record.inline_message_id)


ACTIONS: Actions = {
    InlineQuery: inline_query,
    ChooseInlineResult: choose_inline_result,
    PressShared: press_shared,
    SendGuestMessage: send_guest_message,
    ReadPreparedMessage: read_prepared_message,
    SendPreparedMessage: send_prepared_message,
}
