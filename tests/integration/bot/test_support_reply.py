"""An operator's reply in the chat goes to the person who asked for support, and to no model.

Exercises backend/bot/handlers/support_reply.py, backend/bot/ports/support_chat.py.
"""

from backend.settings import Settings
from telegram_emulator.actions import SendText
from telegram_emulator.testing import IVAN, LAYLA
from tests.fixtures.chat import BotChat, chatting

OPERATOR = IVAN


async def reply(chat: BotChat, text: str, to: int) -> None:
    """Reply to one of the bot's messages and wait for its response."""
    before = len(chat.sent())
    await chat.act(SendText(chat.person_id, text, reply_to=to))
    await chat.until(before + 1)


async def test_the_reply_reaches_the_person(settings: Settings) -> None:
    """The reply is delivered unchanged and the operator is told; a second reply is told that nobody
    waits."""
    async with chatting(settings, support_ids=(OPERATOR,)) as chat:
        operator = BotChat(chat.app, OPERATOR)
        await operator.start()
        await chat.start()
        await chat.ask("/paysupport It is gone!")
        await operator.until(2)
        question = operator.sent()[-1]["message_id"]
        before = len(chat.sent())
        await reply(operator, "It is <b>back</b>.", question)
        await chat.until(before + 1)
        assert "It is <b>back</b>." in chat.said()[-1]
        assert operator.said()[-1] == "Отправлено."
        await reply(operator, "Again.", question)
        assert "уже ответили" in operator.said()[-1]
        assert "Again." not in chat.said()[-1]


async def test_replies_of_others_do_not(settings: Settings) -> None:
    """A reply by anybody else is a question to the model, even if it quotes a request."""
    async with chatting(settings, admin_ids=(OPERATOR,)) as chat:
        operator, layla = BotChat(chat.app, OPERATOR), BotChat(chat.app, LAYLA)
        for one in (operator, layla, chat):
            await one.start()
        await chat.ask("/paysupport It is gone!")
        await operator.until(2)
        chat.answers(operator.said()[-1])
        await layla.ask("What is that?")
        before = len(chat.sent())
        await reply(layla, "I am the operator.", layla.sent()[-1]["message_id"])
        await layla.quiet()
        assert len(chat.sent()) == before
