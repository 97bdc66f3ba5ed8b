"""Queries of widgets, and playing games."""

import asyncio

from telegram_emulator.actions import AskByWidget, CallbackStarted, PlayGame, WidgetAnswer
from telegram_emulator.control.handlers import Actions
from telegram_emulator.control.place import seen
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import BotApi

ANSWER_WITHIN = 15.0
LONGEST_DATA = 64
"""In bytes."""


async def ask_by_widget(hub: Hub, action: AskByWidget) -> WidgetAnswer:
    """Ask the bot as the widget in a message does."""
    stored = hub.chats.message(action.person_id, action.message_id)
    record = hub.world.widgets.get(stored.widget) if stored else None
    if record is None or not record.allows_queries:
        raise ActionRefused("MESSAGE_ID_INVALID" if record is None else "WIDGET_QUERY_FORBIDDEN")
    if not 1 <= len(action.data.encode()) <= LONGEST_DATA:
        raise ActionRefused("DATA_INVALID")
    if not hub.queries.may_ask_by_widget(action.person_id):
        raise ActionRefused("FLOOD_WAIT")
    query_id, answered = hub.queries.ask("widget")
    query: BotApi = {
        "id": query_id,
        "from": hub.profile.user(action.person_id),
        "chat_instance": str(action.person_id * 31),
        "type": {"type": "data"},
        "data": action.data,
        "chat": hub.profile.chat(action.person_id),
        "message_id": action.message_id,
        **({"widget_id": record.id} if record.shared else {}),
    }
    hub.updates.push("widget_query", query, action.person_id)
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            return WidgetAnswer((await answered)["data"])
    except TimeoutError:
        raise ActionRefused("BOT_RESPONSE_TIMEOUT") from None
    finally:
        hub.queries.forget("widget", query_id)


def play_game(hub: Hub, action: PlayGame) -> CallbackStarted:
    """Press the Play button: the bot answers with the game's address."""
    key, stored = seen(hub, action)
    game = stored.message.get("game")
    if game is None:
        raise ActionRefused("MESSAGE_ID_INVALID")
    query_id = hub.queries.press(action.person_id)
    query = {
        "id": query_id,
        "from": hub.profile.user(action.person_id),
        "message": stored.message,
        "chat_instance": str(abs(key) * 31),
        "game_short_name": game["title"],
    }
    hub.updates.push("callback_query", query, key)
    return CallbackStarted(query_id)


ACTIONS: Actions = {
    AskByWidget: ask_by_widget,
    PlayGame: play_game,
}
