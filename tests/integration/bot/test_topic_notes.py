"""Notices about sensitive topics under answers in the chat with the bot.

Exercises backend/bot/answering/topic_notes.py, backend/bot/chats/chats.py.
"""

from backend.i18n import translator
from tests.fixtures.chat import BotChat


async def test_a_notice_once_and_a_crisis_never_blocks(chat: BotChat) -> None:
    """The notice follows the answer, once for each kind in a conversation; /new resets that."""
    t = translator("en")
    await chat.start()
    for question, notices in (
        ("How high is K2?", []),
        ("What dosage is safe?", [t("app.topic.medicine")]),
        ("And which medicine is best?", []),
        ("I want to die", [t("app.topic.crisis")]),
        ("I want to die", []),
    ):
        before = len(chat.sent())
        await chat.say(question)
        await chat.quiet()
        said = chat.said()[before:]
        assert said[0] == "An answer."
        assert [one.split("\n")[0] for one in said[1:]] == notices, question
    assert "988" in chat.said()[-2]
    await chat.ask("/new")
    await chat.say("What dosage is safe?")
    await chat.quiet()
    assert chat.said()[-1] == t("app.topic.medicine")
