"""Stores a channel's post that a person forwarded for their digest."""

from collections.abc import Sequence

from aiogram.types import Message

from backend.bot.answering.others import channel_post
from backend.bot.answering.words import joined, words_of
from backend.bot.context import BotContext
from backend.i18n import Translator


async def collect_post(
    message: Message, parts: Sequence[Message], t: Translator, context: BotContext
) -> None:
    """Store the post with its channel and address; tell the person so, and how to get the
    digest."""
    person, post = message.chat.id, parts[0]
    origin = channel_post(post)
    words = joined(map(words_of, parts))
    if origin is None or not words:
        await message.answer(t("bot.digest.how_posts"), parse_mode=None)
        return
    where = f"https://t.me/{origin.chat.username}/{origin.message_id}"
    await context.schedules.posts.add(person, f"{origin.chat.title} ({where}):\n{words}")
    known = await context.schedules.list_all(person)
    lines = [t("bot.digest.collected")]
    if not any(one.collects and not one.paused for one in known):
        lines.append(t("bot.digest.when"))
    await message.answer("\n\n".join(lines), parse_mode=None)
