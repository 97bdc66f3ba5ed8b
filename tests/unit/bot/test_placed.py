"""Questions from elsewhere: their lane, their words, and who they are taken from."""

from typing import Any

import pytest
from aiogram.types import Message

from backend.bot.answering.others import as_placeholders
from backend.bot.handlers.guest import mention_question
from backend.bot.handlers.inline import offered_tasks, question_of
from backend.bot.inbox.updates import lane_of
from backend.i18n import languages, translator

EN = translator("en")
OTHER = EN("bot.quoted.other")
BOT = 5
ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
EVE = {"id": 8, "is_bot": False, "first_name": "Eve"}
DATE = {"date": 1}
AT = {"message_id": 3}
GROUP = {"id": -100777, "type": "supergroup", "title": "A group"}


def mention(text: str, **more: Any) -> Message:
    """A message with a mention in a chat of others."""
    content = {"message_id": 1, "date": 1, "chat": GROUP, "from": ANN, "text": text, **more}
    return Message.model_validate(content)


def test_each_asker_has_a_lane_for_questions_elsewhere() -> None:
    """Never the other chat's, and apart from the asker's own chat; what is typed waits for
    nothing."""
    chosen = {"update_id": 1, "chosen_inline_result": {"from": ANN, "query": "x"}}
    guest = {"update_id": 2, "guest_message": {"chat": GROUP, "from": ANN, "text": "x"}}
    typed = {"update_id": 3, "inline_query": {"from": ANN, "query": "x"}}
    assert lane_of(chosen) == lane_of(guest) == "placed:7"
    assert lane_of(typed) == "urgent:3"
    assert lane_of({"update_id": 4, "guest_message": "odd"}) == "placed:0"


@pytest.mark.parametrize(
    ("text", "replied", "asked"),
    [
        ("@tanya_bot why?", None, "why?"),
        ("why, @Tanya_Bot?", None, "why, ?"),
        ("@tanya_bot", "one\ntwo", f"{OTHER}\n> one\n> two"),
        ("@tanya_bot true?", "one", f"{OTHER}\n> one\n\ntrue?"),
        ("@tanya_bot2 why?", None, "@tanya_bot2 why?"),
        ("@tanya_bot", None, ""),
    ],
)
def test_a_mention_asks_what_stands_beside_it(text: str, replied: str | None, asked: str) -> None:
    """With the words it replies to as a quotation, and no name of who wrote them."""
    inside = {"message_id": 2, "date": 1, "chat": GROUP, "from": EVE, "text": replied}
    more = {"reply_to_message": inside} if replied else {}
    assert mention_question(mention(text, **more), "tanya_bot", BOT, EN).text == asked


@pytest.mark.parametrize(
    ("origin", "asked"),
    [
        (
            {"type": "user", "sender_user": {"id": 9, "is_bot": False, "first_name": "Zoe Adams"}},
            "Forwarded from a person:\n> [name 1]:\n> Call [name 2]",
        ),
        (
            {"type": "channel", "chat": {"id": -9, "type": "channel", "title": "News"}, **AT},
            "Forwarded from a channel:\n> [name 1]:\n> Call Zoe",
        ),
        ({"type": "user", "sender_user": ANN}, f"{OTHER}\n> Call Zoe"),
    ],
)
def test_a_mention_says_where_the_quoted_words_are_from(origin: Any, asked: str) -> None:
    """As in a private chat, with placeholders for the names that Telegram tells; the asker's own
    words that somebody forwarded are not named."""
    inside = {"message_id": 2, "date": 1, "chat": GROUP, "from": EVE, "text": "Call Zoe"}
    message = mention("@tanya_bot", reply_to_message=inside | {"forward_origin": origin | DATE})
    question = mention_question(message, "tanya_bot", BOT, EN)
    assert as_placeholders(question, message, BOT).text == asked


def test_a_mention_knows_an_answer_and_the_askers_own_words() -> None:
    """A reply to the bot's answer, or to what the asker wrote, says so."""
    for author, head in (({"id": BOT, "is_bot": True, "first_name": "T"}, "answer"), (ANN, "own")):
        inside = {"message_id": 2, "date": 1, "chat": GROUP, "from": author, "text": "One"}
        message = mention("@tanya_bot why?", reply_to_message=inside)
        question = mention_question(message, "tanya_bot", BOT, EN)
        assert question.text == f"{EN(f'bot.quoted.{head}')}\n> One\n\nwhy?"


@pytest.mark.parametrize("language", languages())
def test_what_is_offered_can_be_asked(language: str) -> None:
    """Each task that is offered is asked for by its name, translation with a language; any other
    result is a plain question."""
    t = translator(language)
    offered = dict(offered_tasks(t))
    assert {"rewrite_shorter", "translate"} <= offered.keys()
    for name in offered:
        question = question_of(name, "words", t)
        assert (question.task, question.text) == (name, "words")
    assert question_of("translate", "words", t).options["target"]
    assert question_of("ask", "words", t).task is None
