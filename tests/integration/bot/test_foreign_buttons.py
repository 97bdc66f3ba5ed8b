"""Data that no button of the bot has: any client can send it.

Exercises backend/bot/sending/buttons.py.
"""

from itertools import product

import msgspec
from structlog.testing import capture_logs

from backend.bot.answering import group_answers, placed
from backend.bot.answering.answer_buttons import PAUSE
from backend.bot.handlers import (
    business_files,
    check,
    delete,
    feedback,
    history,
    saved,
    schedule,
)
from backend.bot.sending.views import APPEAL
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat

PREFIXES = (
    APPEAL,
    business_files.DROP,
    check.PREFIX,
    delete.DELETE,
    feedback.REPORT,
    group_answers.STOP,
    history.CHOOSE,
    placed.STOP,
    PAUSE,
    saved.REMOVE,
    schedule.DELETE,
    schedule.TOGGLE,
)
RESTS = ("", "no id", "illegal:no id:1", "1:no id")


async def press(chat: BotChat, number: int, data: str) -> None:
    """Deliver a press with any data on the bot's greeting."""
    query = {
        "id": str(number),
        "from": {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"},
        "message": chat.sent()[0],
        "chat_instance": "1",
        "data": data,
    }
    update = {"update_id": 900_000_000 + number, "callback_query": query}
    assert await chat.deliver(msgspec.json.encode(update)) == 200
    await chat.quiet()


async def test_foreign_data_is_handled_once(ann: BotChat) -> None:
    """It changes nothing and does not fail: a failed update is tried again, and keeps the person's
    other updates waiting."""
    failed = []
    for number, (prefix, rest) in enumerate(product(PREFIXES, RESTS)):
        with capture_logs() as logs:
            await press(ann, number, prefix + rest)
        if any(one["log_level"] in ("warning", "error") for one in logs):
            failed.append(prefix + rest)
    assert failed == []
