"""/check in the chat: claims with buttons, the price, and the results.

Exercises backend/bot/answering/check_words.py, backend/bot/handlers/check.py.
"""

from backend.i18n import translator
from backend.llm.simulation.mock_provider import simulation
from telegram_emulator.actions import PressButton
from telegram_emulator.testing import LAYLA
from tests.fixtures.chat import BotChat, buttons_of, text_of

TEXT = "K2 is 8,611 metres high. It was first climbed in 1954. It is made of granite."


def simulated(chat: BotChat) -> None:
    """Let the simulated model produce its own claims and verdicts."""
    server = chat.app.container.models.simulation
    assert server is not None
    server._answer = simulation


async def press(chat: BotChat, label: str) -> None:
    """Press the newest button with this label."""
    message = next(one for one in reversed(chat.sent()) if buttons_of(one))
    data = next(b["callback_data"] for b in buttons_of(message) if b["text"] == label)
    assert len(data.encode()) <= 64
    await chat.act(PressButton(chat.person_id, message["message_id"], data))
    await chat.quiet()


async def test_claims_are_listed_dropped_and_checked(chat: BotChat) -> None:
    """A press excludes a claim; the results replace the list, labelled as simulated."""
    simulated(chat)
    await chat.start()
    offer = await chat.ask(f"/check {TEXT}")
    t = translator("en")
    assert "1. K2 is 8,611 metres high." in text_of(offer)
    assert t("app.check.message") in text_of(offer)
    assert t("app.check.simulated") in text_of(offer)
    assert [b["text"] for b in buttons_of(offer)] == ["✓ 1", "✓ 2", "✓ 3", "Check (3)", "Cancel"]
    await press(chat, "✓ 2")
    await press(chat, "Check (2)")
    (told,) = chat.said()[1:]
    assert "first climbed" not in told
    assert f"{t('app.check.agrees')}: “{t('simulation.check.agrees')}”" in told
    assert t("simulation.check.invented") not in told  # the quotation is on no page
    assert told.count(t("app.check.none")) == 1
    assert t("app.check.simulated") in told
    assert t("app.check.limits") in told
    assert buttons_of(chat.sent()[1]) == []


async def test_a_cancelled_check_costs_nothing(chat: BotChat) -> None:
    """Dismissing removes the buttons, and nothing is charged."""
    simulated(chat)
    await chat.start()
    await chat.ask(f"/check {TEXT}")
    await press(chat, "Cancel")
    assert chat.said()[-1] == translator("en")("bot.check.dismissed")
    assert buttons_of(chat.sent()[1]) == []
    ann = await chat.app.sign_in()
    assert (await ann.call("GET", "/api/me"))[1]["quota"]["used"] == 0


async def test_without_a_text_it_explains_itself(chat: BotChat) -> None:
    """Without a text the command explains itself; a text without claims, or too long a one, is
    refused in words."""
    simulated(chat)
    await chat.start()
    t = translator("en")
    assert text_of(await chat.ask("/check")) == t("bot.check.usage")
    assert t("app.check.nothing") in text_of(await chat.ask("/check Why?"))


async def test_in_the_persons_language(chat: BotChat) -> None:
    """The list is in the person's language (Arabic)."""
    layla = BotChat(chat.app, LAYLA)
    simulated(layla)
    await layla.start()
    offer = await layla.ask("/check يبلغ ارتفاع جبل كي تو ٨٦١١ مترًا. تسلقه الناس أول مرة عام ١٩٥٤.")
    assert translator("ar")("app.check.message") in text_of(offer)
