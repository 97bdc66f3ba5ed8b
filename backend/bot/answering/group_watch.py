"""Automatic moderation of the kinds of posts that a group's admins have switched on.

A model classifies each new or edited post. What is done was chosen beforehand, and it is done to
the post's author as Telegram's own fields name them, so the text of a post can change neither. If
anything fails, nothing is done. Posts are judged one after the other, so that they use one of an
admin's answers at a time, and they are not stored.
"""

import asyncio
import re
from collections import deque
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import Message
from pydantic import ValidationError

from backend.bot.answering.answers import question_id
from backend.bot.answering.closed_questions import ask_closed, closed_turn
from backend.bot.answering.group_decisions import appeal_button, carry_out, done_words
from backend.bot.answering.group_words import without_names
from backend.bot.answering.placed import greet_asker
from backend.bot.answering.words import words_of
from backend.bot.chats.admins import is_admin
from backend.bot.chats.group_acts import GroupAct
from backend.bot.chats.group_automatic import POST_KINDS, AutomaticActs, PostKind
from backend.bot.context import BotContext
from backend.bot.sending.places import ChatPlace, place_of
from backend.errors import TanyaError
from backend.i18n import Translator, translator
from backend.llm.prompts import prompting
from backend.placeholders import redact

log = structlog.get_logger("tanya.bot")

TASK: Final = "group_kind"
LOOKS_AN_HOUR: Final = 60
"""How many posts of one group each process judges per hour."""
LONGEST_REASON: Final = 200
_KIND = re.compile(r"^\W*KIND\W+(\w+)", re.IGNORECASE | re.MULTILINE)
_REASON = re.compile(r"^\W*REASON\W+(.+)", re.IGNORECASE | re.MULTILINE)


class GroupWatch:
    """Judges posts of groups that have it switched on."""

    def __init__(self, bot: Bot, context: BotContext) -> None:
        self._bot = bot
        self._context = context
        self._looks: dict[int, deque[datetime]] = {}
        self._turns: dict[int, asyncio.Lock] = {}

    async def judge_message(self, update: dict[str, Any]) -> None:
        """Start judging a group's message or edit in the background."""
        raw: dict[str, Any] = update.get("edited_message") or update.get("message") or {}
        if not isinstance(raw.get("text") or raw.get("caption"), str) or "sender_chat" in raw:
            return
        wanted = await self._context.group_automatic.of(raw["chat"]["id"])
        if wanted is None or not self._may_look(raw["chat"]["id"]):
            return
        try:
            post = Message.model_validate(raw, context={"bot": self._bot})
        except ValidationError:
            return
        self._context.nursery.start_task(self._look(post, wanted), name="group-watch")

    def _may_look(self, chat_id: int) -> bool:
        now = self._context.clock()
        looks = self._looks.setdefault(chat_id, deque(maxlen=LOOKS_AN_HOUR))
        if len(looks) == LOOKS_AN_HOUR and looks[0] > now - timedelta(hours=1):
            return False
        looks.append(now)
        return True

    async def _look(self, post: Message, wanted: AutomaticActs) -> None:
        try:
            async with self._turns.setdefault(wanted.by, asyncio.Lock()):
                await self._judge(post, wanted)
        except (TanyaError, AiogramError) as error:
            log.info("group_watch_did_nothing", error=type(error).__name__)

    async def _judge(self, post: Message, wanted: AutomaticActs) -> None:
        author, chat_id = post.from_user, post.chat.id
        rules = await self._context.groups.rules(chat_id)
        if author is None or author.is_bot or rules is None or not rules.quotes:
            return
        if await is_admin(chat_id, author.id, self._bot):
            return
        if not await is_admin(chat_id, wanted.by, self._bot):
            return  # whoever switched it on is no longer an admin
        t = translator((await self._context.account.profile(wanted.by)).language)
        kind, reason = await self._kind(post, wanted, t)
        chosen = wanted.acts.get(kind) if kind is not None else None
        if kind is None or chosen is None:
            return
        act = await self._context.group_acts.act_alone(
            chat_id, author.id, post.message_id, kind, chosen, reason
        )
        if act is not None:
            await self._carry_out(post, act, t)

    async def _kind(
        self, post: Message, wanted: AutomaticActs, t: Translator
    ) -> tuple[PostKind | None, str]:
        """The kind of the post among those that are switched on, as a model says, and the
        reason."""
        chat_id = post.chat.id
        said = redact(without_names(words_of(post), t), (), {}).text
        parts = [("kinds of posts", ", ".join(wanted.acts))]
        if "rules" in wanted.acts:
            written = await self._context.groups.written_rules(chat_id)
            parts.append(("rules of the group", written))
        parts.append(("post", said))
        text = "\n\n".join(
            prompting.material(words, kind=kind, number=number).text
            for number, (kind, words) in enumerate(parts, 1)
        )
        await greet_asker(wanted.by, t, self._context)
        key = question_id(chat_id, f"watch {post.message_id} {post.edit_date}", post.date)
        turn = closed_turn(key, TASK, text, self._context, group_id=chat_id)
        return read_kind((await ask_closed(wanted.by, turn, t, self._context)).text)

    async def _carry_out(self, post: Message, act: GroupAct, t: Translator) -> None:
        assert act.act is not None
        try:
            await carry_out(act, act.act, self._bot)
        except TelegramBadRequest as error:
            await self._context.group_acts.forget(act)  # it was not done
            log.info("group_watch_may_not", error=type(error).__name__)
            return
        place = place_of(post)
        if act.act != "warn":  # the replied-to post may be deleted
            place = ChatPlace(place.chat_id, place.thread_id)
        words = done_words(act, act.act, t)
        await self._bot.send_message(
            place.chat_id,
            words,
            parse_mode=None,
            reply_markup=appeal_button(act, t),
            **place.answering(),
        )


def read_kind(answer: str) -> tuple[PostKind | None, str]:
    """Parse the kind and the reason from a model's answer; none if the answer is malformed or names
    more than one kind."""
    named, why = _KIND.findall(answer), _REASON.search(answer)
    kind = next((one for one in POST_KINDS if [one] == [name.lower() for name in named]), None)
    reason = " ".join(why[1].split())[:LONGEST_REASON] if why else ""
    return kind, re.sub(r"https?://\S+|@\w+", "…", reason)
