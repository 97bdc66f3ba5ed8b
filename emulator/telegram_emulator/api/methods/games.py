"""Games: a message with a Play button, and the scores stored in it."""

from typing import Any

from aiogram.methods import GetGameHighScores, SendGame, SetGameScore

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.sending import send
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import StoredMessage

MOST_LISTED = 3
"""How many neighbours of a person the table shows on each side."""


def send_game(hub: Hub, call: SendGame) -> BotApi:
    """sendGame: accepts any short name, since there is no BotFather."""
    name = call.game_short_name
    if not name.replace("_", "").isalnum():
        raise ApiError("GAME_SHORTNAME_INVALID")
    content: BotApi = {"game": {"title": name, "description": name, "photo": []}}
    if call.reply_markup is None:
        play: BotApi = {"text": f"Play {name}", "callback_game": {}}
        content["reply_markup"] = {"inline_keyboard": [[play]]}
    return send(hub, call, content).message


def set_score(hub: Hub, call: SetGameScore) -> BotApi:
    """setGameScore: a lower score needs `force`; a service message tells the others."""
    key, stored = _game(hub, call)
    if call.user_id not in hub.world.people:
        raise ApiError("user not found")
    if call.score < 0:
        raise ApiError("SCORE_INVALID")
    if call.score <= stored.scores.get(call.user_id, -1) and not call.force:
        raise ApiError("BOT_SCORE_NOT_MODIFIED")
    stored.scores[call.user_id] = call.score
    hub.chats.show(key, stored)
    return stored.message


def high_scores(hub: Hub, call: GetGameHighScores) -> list[BotApi]:
    """getGameHighScores: the person's score and those of their neighbours."""
    _, stored = _game(hub, call)
    table = sorted(stored.scores.items(), key=lambda one: -one[1])
    ranked = [
        {"position": number, "user": hub.profile.user(user), "score": score}
        for number, (user, score) in enumerate(table, 1)
    ]
    place = next((n for n, one in enumerate(table) if one[0] == call.user_id), 0)
    return ranked[max(0, place - MOST_LISTED) : place + MOST_LISTED + 1]


def _game(hub: Hub, call: Any) -> tuple[int, StoredMessage]:
    if call.inline_message_id:
        raise ApiError("METHOD_NOT_PLAYED: for inline messages it is not played by this emulator")
    key = hub.chats.known(call.chat_id or "")
    stored = hub.chats.message(key, call.message_id or 0)
    if stored is None or "game" not in stored.message:
        raise ApiError("MESSAGE_ID_INVALID")
    return key, stored


METHODS = (
    Method(SendGame, send_game),
    Method(SetGameScore, set_score),
    Method(GetGameHighScores, high_scores),
)
