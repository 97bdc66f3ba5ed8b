"""A notice under an answer on a sensitive topic, once in a conversation; for a crisis it names whom
to call."""

from aiogram import Bot

from backend.bot.context import BotContext
from backend.bot.sending.messages import send_plain
from backend.bot.sending.places import ChatPlace
from backend.generation import Continue, Regenerate, Run, SendMessage
from backend.i18n import Translator
from backend.safety import Topic, help_lines


async def tell_topic(
    bot: Bot,
    place: ChatPlace,
    request: SendMessage | Regenerate | Continue,
    run: Run,
    t: Translator,
    context: BotContext,
) -> None:
    """Send the notice that belongs under the run's answer, if any.

    Raises:
        NotFound: the conversation was deleted meanwhile.
    """
    if not isinstance(request, SendMessage):
        return  # it was sent with the first answer
    if (topic := await context.chats.topic_of(run)) is not None:
        await send_plain(bot, place, topic_words(topic, t))


def topic_words(topic: Topic, t: Translator) -> str:
    """The notice; for a crisis with whom to call."""
    words = t(f"app.topic.{topic}")
    if topic != "crisis":
        return words
    regions = t.locale.territories
    calls = [f"{regions[one.region]}: {one.contact}" for one in help_lines(t.language)]
    return "\n".join([words, *calls])
