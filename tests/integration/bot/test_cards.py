"""Checklists, quizzes and plans in the chat: as buttons, and as widgets for people who chose them.

Exercises backend/bot/answering/card_sending.py, backend/bot/answering/shown_cards.py,
backend/bot/cards/quiz_words.py, backend/bot/chats/card_marks.py, backend/bot/chats/card_taps.py,
backend/bot/handlers/cards.py, backend/bot/handlers/premium.py, backend/bot/handlers/settings.py.
"""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from backend.bot.chats.chats import erase, export
from backend.bot.tables import bot_cards
from backend.i18n import translator
from backend.llm.simulation.mock_provider import simulation
from backend.privacy.tables import receipts
from telegram_emulator.actions import AskByWidget, Forward, WidgetAnswer
from telegram_emulator.api.methods import widgets
from telegram_emulator.testing import IVAN, Refused
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until
from tests.integration.bot.test_chat import leave_after_first_event
from tests.integration.bot.test_steering import press, trees
from tests.unit.bot.test_cards import HOSTILE, QUIZ

EN = translator("en")
LIST = "Pack:\n\n- [ ] Shoes\n- [x] Map\n- [ ] Bread"


async def choose_cards(chat: BotChat) -> None:
    """Turn interactive cards on in the app's settings."""
    client = await chat.app.sign_in(chat.person_id)
    status, me = await client.call("PATCH", "/api/me", {"settings": {"interactiveCards": True}})
    assert (status, me["settings"]["interactiveCards"]) == (200, True)


async def ask_list(chat: BotChat, markdown: str = LIST, language: str = "en") -> dict[str, Any]:
    """An answer with a list, and the card that its button opens."""
    chat.answers(markdown)
    answer = await chat.ask("What do I pack?")
    before = len(chat.sent())
    await press(chat, answer, translator(language)("bot.answer.tick"))
    await chat.until(before + 1)
    await chat.quiet()
    return chat.sent()[before]


async def ask_quiz(chat: BotChat) -> dict[str, Any]:
    """The card of a quiz."""
    chat.answers(QUIZ)
    return await chat.ask("/quiz planets")


async def tap(chat: BotChat, card: dict[str, Any], data: str, person: int = ANN) -> dict[str, Any]:
    """Tap in a widget; returns what it is told."""
    told = await chat.act(AskByWidget(person, card["message_id"], data))
    assert isinstance(told, WidgetAnswer)
    state: dict[str, Any] = json.loads(told.data)
    return state


def key_of(card: dict[str, Any]) -> str:
    """What the taps of a widget begin with."""
    html: str = card["widget"]["html"]
    return html.split('"key":"')[1].split('"')[0]


def by_number(chat: BotChat, card: dict[str, Any]) -> dict[str, Any]:
    """A message as it is now."""
    return next(one for one in chat.sent() if one["message_id"] == card["message_id"])


async def marks_kept(chat: BotChat) -> list[str]:
    """All stored marks."""
    async with chat.app.container.database.snapshot() as db:
        return list((await db.execute(sa.select(bot_cards.c.marks))).scalars())


async def test_a_list_is_ticked_by_buttons(ann: BotChat) -> None:
    """Each task is a button that ticks it in place; a second press takes the tick back; another
    answer leaves the card usable; without tasks there is nothing to tick."""
    card = await ask_list(ann)
    assert [one["text"] for one in buttons_of(card)] == ["☐ Shoes", "☑ Map", "☐ Bread"]
    await press(ann, card, "Shoes")
    await until(lambda: "☑ Shoes" in str(by_number(ann, card)))
    assert text_of(by_number(ann, card)) == EN("bot.tick.done", done="2", count="3")
    ann.answers("Fine.")
    plain = await ann.ask("Thanks")
    assert EN("bot.answer.tick") not in [one["text"] for one in buttons_of(plain)]
    await press(ann, by_number(ann, card), "Map")
    await until(lambda: "☐ Map" in str(by_number(ann, card)))
    await ann.quiet()
    assert await marks_kept(ann) == ["x.."]


async def test_a_list_as_a_widget(ann: BotChat) -> None:
    """Whoever chose interactive cards gets one, with the marks of that moment; each tap is answered
    with all marks, so that a stale card catches up; it cannot be forwarded."""
    await choose_cards(ann)
    card = await ask_list(ann)
    assert '"marks":".x."' in card["widget"]["html"]
    assert card["has_protected_content"]
    key = key_of(card)
    assert (await tap(ann, card, f"{key}0:x"))["marks"] == "xx."
    assert (await tap(ann, card, f"{key}0:x"))["marks"] == "xx."
    told = await tap(ann, card, f"{key}2:x")
    assert told == {"marks": "xxx", "note": EN("bot.tick.done", done="3", count="3")}
    with pytest.raises(Refused):
        await ann.act(Forward(ANN, card["message_id"]))


async def test_a_quiz_by_buttons(ann: BotChat) -> None:
    """One question after the other in one message, with why the answer was right or wrong; then the
    score. It is a turn of the conversation, with a receipt."""
    card = await ask_quiz(ann)
    assert text_of(card).startswith("Question 1 of 3")
    assert [one["text"] for one in buttons_of(card)] == ["A", "B", "C"]
    await press(ann, card, "B")
    await until(lambda: "Question 2 of 3" in text_of(by_number(ann, card)))
    assert text_of(by_number(ann, card)).startswith("✓ Right. Jupiter weighs more")
    await press(ann, by_number(ann, card), "B")
    await until(lambda: "Question 3 of 3" in text_of(by_number(ann, card)))
    assert text_of(by_number(ann, card)).startswith("✗ It is “Venus”.")
    await press(ann, by_number(ann, card), "C")
    await until(lambda: "2 of 3 right" in text_of(by_number(ann, card)))
    assert EN("bot.answer.again") in [one["text"] for one in buttons_of(by_number(ann, card))]
    await ann.quiet()
    assert await marks_kept(ann) == ["112"]
    (tree,) = await trees(ann)
    assert [one["text"] for one in tree] == ["planets", QUIZ]
    async with ann.app.container.database.snapshot() as db:
        counted = sa.select(sa.func.count()).select_from(receipts)
        assert (await db.execute(counted)).scalar_one() >= 1


@pytest.mark.parametrize("widgets_chosen", [False, True])
async def test_an_unwatched_quiz_is_handed_off_as_one(
    ann: BotChat, *, widgets_chosen: bool
) -> None:
    """A quiz asked for in the app that nobody watched comes to the chat as a card, which does not
    tell what is right; a list comes as an answer whose tasks can be ticked."""
    if widgets_chosen:
        await choose_cards(ann)
    container = ann.app.container
    for markdown in (QUIZ, LIST):
        ann.answers(markdown, pace=0.02)
        await leave_after_first_event(await ann.app.sign_in())
        await until(lambda: container.generation.running == 0)
        await container.generation.parts.late_readers.settle(float("inf"))
        await container.hand_off.deliver_due()
    card, answer = ann.sent()[-2:]
    assert "weighs more" not in str(card)
    assert EN("bot.answer.tick") in [one["text"] for one in buttons_of(answer)]
    if widgets_chosen:
        assert (await tap(ann, card, f"{key_of(card)}0:1"))["right"] == "1.."
        return
    await press(ann, card, "B")
    await until(lambda: "Question 2 of 3" in text_of(by_number(ann, card)))


async def test_the_simulation_writes_a_quiz(ann: BotChat) -> None:
    """So `/quiz` can be tried without a provider."""
    provider = ann.app.container.models.simulation
    assert provider is not None
    provider._answer = simulation
    assert text_of(await ann.ask("/quiz planets")).startswith("Question 1 of 3")


async def test_a_quiz_as_a_widget(ann: BotChat) -> None:
    """The document does not tell what is right; the answer to a tap does, of what is answered. The
    first answer to a question stands."""
    await choose_cards(ann)
    card = await ask_quiz(ann)
    assert "weighs more" not in card["widget"]["html"]
    key = key_of(card)
    told = await tap(ann, card, f"{key}0:0")
    assert (told["marks"], told["right"]) == ("0..", "1..")
    assert told["note"].startswith("✗ It is “Jupiter”.")
    told = await tap(ann, card, f"{key}0:1")
    assert told["marks"] == "0.."
    told = await tap(ann, card, f"{key}2:2")
    assert (told["marks"], told["right"]) == ("0.2", "1.2")


async def test_no_draft_tells_the_answers_of_a_quiz(ann: BotChat) -> None:
    """While it is written nothing of it is shown."""
    ann.answers(QUIZ, pace=0.05)
    await ann.ask("/quiz planets")
    drafts = [*ann.calls("sendRichMessageDraft"), *ann.calls("sendMessageDraft")]
    assert drafts
    assert not [one for one in drafts if "Jupiter" in str(one.request)]


async def test_what_is_no_quiz_is_shown_as_it_is(ann: BotChat) -> None:
    """The model's words, its buttons, and a note; it is asked once, and counts as one message."""
    ann.answers("I know nothing about that.")
    answer = await ann.ask("/quiz qwertz")
    assert text_of(answer) == "I know nothing about that."
    await ann.until(3)
    again = EN("bot.answer.again")
    assert ann.said()[-1] == EN("bot.quiz.malformed", again=again)
    client = await ann.app.sign_in()
    _, me = await client.call("GET", "/api/me")
    assert me["quota"]["used"] == 1
    ann.answers(QUIZ)
    await press(ann, answer, again)
    await until(lambda: any("Question 1 of 3" in said for said in ann.said()))
    usage = await ann.ask("/quiz")
    assert text_of(usage) == EN("bot.quiz.usage")


async def test_only_ones_own_cards_answer(ann: BotChat) -> None:
    """Taps with the id of somebody else's answer, of one that is gone, or with what no card has,
    change nothing and say so."""
    await choose_cards(ann)
    card = await ask_list(ann)
    ivan = BotChat(ann.app, IVAN)
    await ivan.start()
    await choose_cards(ivan)
    his = await ask_list(ivan, language="ru")
    gone = {"note": EN("bot.answer.gone")}
    foreign = await tap(ivan, his, f"{key_of(card)}0:x", IVAN)
    assert list(foreign) == ["note"]
    for data in ("nothing", f"{key_of(card)}9:x", f"{key_of(card)}0:q"):
        assert await tap(ann, card, data) == gone
    client = await ann.app.sign_in()
    _, page = await client.call("GET", "/api/conversations")
    for one in page["items"]:
        await client.call("DELETE", f"/api/conversations/{one['id']}")
    assert await tap(ann, card, f"{key_of(card)}0:x") == gone
    assert await marks_kept(ann) == []


async def test_many_taps_are_slowed_down(ann: BotChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for clients that do not keep to Telegram's five taps in five seconds."""
    monkeypatch.setattr("telegram_emulator.queries.MOST_WIDGET_QUERIES", 100)
    await choose_cards(ann)
    card = await ask_list(ann)
    told = [await tap(ann, card, f"{key_of(card)}0:{'x.'[n % 2]}") for n in range(8)]
    assert told[0]["marks"] == "xx."
    assert {"note": EN("bot.cards.slow")} in told[5:]


async def test_a_refused_widget_becomes_buttons(
    ann: BotChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If Telegram takes no widget, the card has buttons, the person is told once, and gets no more
    widgets until they choose them again."""
    await choose_cards(ann)
    monkeypatch.setattr(widgets, "MOST_COMPRESSED", 1)
    card = await ask_list(ann)
    assert buttons_of(card)
    await until(lambda: EN("bot.cards.refused") in ann.said())
    tried = len(ann.calls("sendWidget"))
    assert buttons_of(await ask_quiz(ann))
    assert len(ann.calls("sendWidget")) == tried
    assert ann.said().count(EN("bot.cards.refused")) == 1


async def test_the_plans_as_a_widget(ann: BotChat) -> None:
    """A choice sends the same invoice as a button does; what is no choice is refused."""
    await choose_cards(ann)
    before = len(ann.sent())
    await ann.say("/premium")
    await ann.until(before + 1)
    card = ann.sent()[before]
    assert EN("bot.premium.on", name=EN("billing.plan.free.name")) in card["widget"]["html"]
    assert await tap(ann, card, "premium:buy:premium") == {"note": EN("bot.cards.bill")}
    await ann.until(before + 2)
    assert "url" in buttons_of(ann.sent()[before + 1])[0]
    assert "marks" not in await tap(ann, card, "premium:free:everything")
    assert len(ann.sent()) == before + 2


async def test_cards_are_chosen_in_the_chat(ann: BotChat) -> None:
    """/settings says what they are and turns them on and off; they are off until then."""
    shown = await ann.ask("/settings")
    assert EN("app.cards.word") in text_of(shown)
    await press(ann, shown, EN("bot.cards.turn_on"))
    await until(lambda: EN("bot.cards.turn_off") in str(by_number(ann, shown)))
    assert "widget" in await ask_list(ann)
    await press(ann, by_number(ann, shown), EN("bot.cards.turn_off"))
    await until(lambda: EN("bot.cards.turn_on") in str(by_number(ann, shown)))
    assert "widget" not in await ask_list(ann)


async def test_hostile_words_in_a_list(ann: BotChat) -> None:
    """A model's text cannot end the script of its widget."""
    await choose_cards(ann)
    card = await ask_list(ann, f"- [ ] {HOSTILE}\n- [ ] two")
    assert card["widget"]["html"].count("</script>") == 1


async def test_marks_are_exported_and_erased(ann: BotChat) -> None:
    """They are in the person's copy by the answer's id, and go with the chat's other data."""
    card = await ask_list(ann)
    await press(ann, card, "Shoes")
    await until(lambda: "☑ Shoes" in str(by_number(ann, card)))
    async with ann.app.container.database.unit_of_work() as db:
        assert list((await export(db, ANN))["cards"].values()) == ["xx."]
        await erase(db, ANN)
        assert "cards" not in await export(db, ANN)
