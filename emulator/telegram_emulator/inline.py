"""Messages from inline results: their readable text, and sharing them."""

import secrets

from telegram_emulator.changes import Changes
from telegram_emulator.clock import Clock
from telegram_emulator.events import SharedEvent
from telegram_emulator.schemas import BotApi, SharedMessage
from telegram_emulator.store import Store
from telegram_emulator.text import plain_text
from telegram_emulator.world import SharedRecord


def readable_text(result: BotApi) -> str:
    """The text of an `InlineQueryResult`, or of an edited one."""
    content = result.get("input_message_content", {})
    if rich := content.get("rich_message"):
        if "blocks" in rich:
            return plain_text(rich)
        return str(rich.get("markdown") or rich.get("html") or "")
    text = content.get("message_text") or content.get("text")
    return str(text or result.get("caption") or result.get("title") or "")


def message_content(result: BotApi) -> BotApi:
    """The message that an `InlineQueryResult` becomes; a file by address, which the emulator does
    not fetch, becomes its caption or title."""
    content = result.get("input_message_content", {})
    if "rich_message" in content:
        message: BotApi = {"rich_message": content["rich_message"]}
    elif "latitude" in content:
        message = {"location": {"latitude": content["latitude"], "longitude": content["longitude"]}}
    else:
        message = {"text": readable_text(result) or result["type"]}
        if entities := content.get("entities"):
            message["entities"] = entities
    if markup := result.get("reply_markup"):
        message["reply_markup"] = markup
    return message


def share(
    store: Store, clock: Clock, changes: Changes, person_id: int, to: str, result: BotApi
) -> SharedRecord:
    """Put a message from an inline result into the chat named `to`."""
    record = SharedRecord(
        inline_message_id=f"EMU{secrets.token_urlsafe(16)}",
        person_id=person_id,
        to=to,
        result=result,
        text=readable_text(result),
        at=clock.now(),
    )
    store.world.shared[record.inline_message_id] = record
    store.changed()
    changes.emit(SharedEvent(shared_view(record)))
    return record


def shared_view(record: SharedRecord) -> SharedMessage:
    """A shared message for the page."""
    return SharedMessage(
        inline_message_id=record.inline_message_id,
        person_id=record.person_id,
        to=record.to,
        text=record.text,
        result=record.result,
        at=record.at,
    )
