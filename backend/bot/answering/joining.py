"""Joins questions that wait together into one, for people who chose that."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from aiogram.types import Message
from pydantic import ValidationError

from backend.bot.account.own_account import OwnAccount
from backend.bot.answering.attached import sent_with
from backend.bot.answering.words import LONGEST_QUOTATION, replied_to, words_of
from backend.bot.chats.question_parts import QuestionParts
from backend.bot.inbox.questions import in_groups, is_joinable, joinable
from backend.bot.inbox.updates import asker_of
from backend.bot.sending.places import place_of
from backend.files import FileService

MOST_CHARACTERS: Final = 16_000
"""Of joined messages with what they quote; what is beyond begins the next question. Half of what a
question may have, since quotations get marks in front of their lines."""


class QuestionJoining:
    """Says which waiting messages are one question."""

    def __init__(
        self, bot_id: int, account: OwnAccount, parts: QuestionParts, file_service: FileService
    ) -> None:
        self._bot_id = bot_id
        self._account = account
        self._parts = parts
        self._file_service = file_service

    async def count(self, updates: Sequence[dict[str, Any]]) -> int:
        """How many of the first updates are one question: of one conversation, within the plan's
        number of files. 0 if it is answered by itself."""
        asker = asker_of(updates[0].get("message"))
        if not is_joinable(updates[0]) or not await self._account.joins_questions(asker):
            return 0
        waiting = joinable(updates)
        messages = _parsed(waiting)
        together = await self._parts.count_together(
            [place_of(one) for one in messages], [self._is_to_bot(one) for one in messages]
        )
        limits = await self._file_service.limits(asker)
        return self._fitting(waiting[:together], messages, limits.attachments_a_message)

    def _fitting(
        self, waiting: list[dict[str, Any]], messages: list[Message], most_files: int
    ) -> int:
        """How many of them one question can hold. The first album or long text is never split."""
        taken = length = files = 0
        for group in in_groups(waiting):
            found = messages[taken : taken + len(group)]
            length += sum(map(_length, found))
            files += sum(map(self._count_files, found))
            if taken and (length > MOST_CHARACTERS or files > most_files):
                break
            taken += len(group)
        return taken

    def _count_files(self, message: Message) -> int:
        return (sent_with(message) is not None) + len(files_replied_to(message, self._bot_id))

    def _is_to_bot(self, message: Message) -> bool:
        replied = message.reply_to_message
        return (
            replied is not None
            and replied.from_user is not None
            and replied.from_user.id == self._bot_id
        )


def files_replied_to(message: Message, bot_id: int) -> list[Message]:
    """The replied-to message, if it holds a file that the bot did not send."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id == bot_id:
        return []
    return [replied] if sent_with(replied) is not None else []


def _parsed(updates: Sequence[dict[str, Any]]) -> list[Message]:
    """The messages, up to the first that cannot be read."""
    found: list[Message] = []
    with suppress(ValidationError):
        found.extend(Message.model_validate(update["message"]) for update in updates)
    return found


def _length(message: Message) -> int:
    return len(words_of(message)) + min(len(replied_to(message)), LONGEST_QUOTATION)
