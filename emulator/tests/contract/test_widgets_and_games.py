"""Widgets (10.4) and games. aiogram's types do not have widgets yet, so they are called with raw
JSON."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from telegram_emulator.actions import AskByWidget, CallbackStarted, PlayGame, WidgetAnswer
from telegram_emulator.testing import ANN, IVAN, Phone, Refused
from tests.contract.group_of_three import made

HTML = "<button id=b>Tap</button>"


async def sent(phone: Phone, **parameters: Any) -> dict[str, Any]:
    """The message of a widget for Ann."""
    answer = await phone.call("sendWidget", chat_id=ANN, html=HTML, **parameters)
    assert answer["ok"], answer
    message: dict[str, Any] = answer["result"]
    return message


async def test_a_widget_queries_the_bot(phone: Phone, ann: int) -> None:
    """With `widget_query`, answered to that widget only; at most five times in five seconds."""
    message = await sent(phone, allow_queries=True, chat_data="0", caption="Count", height=80)
    assert message["widget"] == {"html": HTML, "height": 80, "chat_data": "0"}
    assert message["has_protected_content"]
    asking = asyncio.ensure_future(phone.act(AskByWidget(ann, message["message_id"], "tap")))
    updates: list[dict[str, Any]] = []
    while not updates:
        updates = (await phone.call("getUpdates", timeout=5))["result"]
    query = updates[0]["widget_query"]
    assert (query["data"], query["type"]) == ("tap", {"type": "data"})
    assert query["message_id"] == message["message_id"]
    answered = await phone.call("answerWidgetQuery", widget_query_id=query["id"], data="1")
    assert answered["result"] is True
    answer = await asking
    assert isinstance(answer, WidgetAnswer)
    assert answer.data == "1"
    again = await phone.call("answerWidgetQuery", widget_query_id=query["id"])
    assert "query is too old" in again["description"]
    with pytest.raises(Refused) as refused:
        await phone.act(AskByWidget(ann, message["message_id"], "x" * 65))
    assert refused.value.reason == "DATA_INVALID"


async def test_the_bot_changes_a_widgets_data(phone: Phone, ann: int) -> None:
    """Of one message, and of a shared widget in all its messages, at most once per second."""
    single = await sent(phone, public_data="a")
    changed = {"chat_id": ann, "message_id": single["message_id"]}
    assert (await phone.call("editMessageWidgetData", **changed, chat_data="b"))["ok"]
    assert (await phone.messages(ann))[-1]["widget"]["chat_data"] == "b"
    shared = await sent(phone, is_shared=True)
    number = shared["widget"]["id"]
    second = await phone.call("sendSharedWidget", chat_id=ann, widget_id=number, chat_data="c")
    assert second["result"]["widget"] == {"html": HTML, "id": number, "chat_data": "c"}
    assert (await phone.call("editSharedWidgetData", widget_id=number, public_data="p"))["ok"]
    shown = [one["widget"].get("public_data") for one in (await phone.messages(ann))[-2:]]
    assert shown == ["p", "p"]
    soon = await phone.call("editSharedWidgetData", widget_id=number, public_data="q")
    assert soon["error_code"] == 429


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"html": "x" * 32_769}, "INPUT_MEDIA_WIDGET_TOO_LARGE"),
        ({"html": "".join(map(chr, range(0x4E00, 0x4E00 + 4000)))}, "WIDGET_TOO_LARGE"),
        ({"html": HTML, "height": 49}, "WIDGET_HEIGHT_INVALID"),
        ({"html": HTML, "chat_data": "x" * 1025}, "WIDGET_DATA_TOO_LONG"),
    ],
)
async def test_limits_of_widgets(
    phone: Phone, ann: int, parameters: dict[str, Any], words: str
) -> None:
    """Bytes before and after compression, width and height, data."""
    answer = await phone.call("sendWidget", chat_id=ann, **parameters)
    assert words in answer["description"]


async def test_widgets_are_private_and_need_permission_to_query(phone: Phone, ann: int) -> None:
    """As in production; queries of a widget without permission are refused by the client."""
    group = await made(phone)
    answer = await phone.call("sendWidget", chat_id=group, html=HTML)
    assert "INPUT_MEDIA_WIDGET_NOT_ALLOWED" in answer["description"]
    message = await sent(phone)
    with pytest.raises(Refused) as refused:
        await phone.act(AskByWidget(ann, message["message_id"], "tap"))
    assert refused.value.reason == "WIDGET_QUERY_FORBIDDEN"


async def test_a_game_is_played_and_scored(bot: Bot, ann: int, phone: Phone) -> None:
    """Play asks the bot for the address; a lower score needs `force`."""
    message = await bot.send_game(ann, "chess")
    assert message.game
    started = await phone.act(PlayGame(ann, message.message_id))
    assert isinstance(started, CallbackStarted)
    query = (await bot.get_updates())[-1].callback_query
    assert query
    assert query.game_short_name == "chess"
    assert await bot.answer_callback_query(query.id, url="https://example.org/chess")
    at = {"chat_id": ann, "message_id": message.message_id}
    await bot.set_game_score(ann, 10, **at)  # type: ignore[arg-type]
    await bot.set_game_score(IVAN, 20, **at)  # type: ignore[arg-type]
    with pytest.raises(TelegramBadRequest, match="BOT_SCORE_NOT_MODIFIED"):
        await bot.set_game_score(IVAN, 15, **at)  # type: ignore[arg-type]
    await bot.set_game_score(IVAN, 5, force=True, **at)  # type: ignore[arg-type]
    table = await bot.get_game_high_scores(ann, **at)  # type: ignore[arg-type]
    assert [(one.position, one.user.id, one.score) for one in table] == [
        (1, ann, 10),
        (2, IVAN, 5),
    ]


async def test_a_widgets_document_is_served_in_a_sandbox(phone: Phone, ann: int) -> None:
    """Its HTML comes behind the script that gives it `TelegramWidget`, with a policy that allows
    scripts and no network; of a message without a widget there is none."""
    message = await sent(phone)
    url = f"{phone.origin}/emulator/widgets/{ann}/{message['message_id']}"
    async with phone.http.get(url) as response:
        text, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert text.endswith(HTML)
    assert "TelegramWidget" in text
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    async with phone.http.get(f"{phone.origin}/emulator/widgets/{ann}/999") as response:
        assert response.status == 404
