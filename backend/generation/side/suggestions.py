"""Suggested replies: two or three short ones to an answer.

The client asks for them after the answer, so they delay nothing. They take no quota, and failures
are silent. The text goes only to the provider that wrote the answer, if the person still agrees to
it. A small local model makes none, since its suggestions are not useful.
"""

import re
import unicodedata
from asyncio import timeout
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from msgspec import Struct

from backend import conversations
from backend.conversations import Message
from backend.db import Database, Vault, read_together
from backend.errors import TanyaError
from backend.generation.ports import ConsentCheck, OfferedModels, PreferencesSource
from backend.generation.request.model_choice import cheapest_model, is_here
from backend.generation.side.questions import SideQuestion, SideQuestions
from backend.llm import Model, TextSource
from backend.llm.prompts import prompting
from backend.metering import quota
from backend.placeholders import restore

log = structlog.get_logger("tanya.generation")

FEWEST: Final = 2
MAX_CHARACTERS: Final = 80
"""Longer replies are left out, not cut."""
QUESTION_CHARACTERS: Final = 600
ANSWER_CHARACTERS: Final = 2_000
MAX_TOKENS: Final = 400
"""Enough for a model that thinks before it writes three lines."""
MAX_SECONDS: Final = 20.0
KEPT: Final = 2_000
"""The number of answers whose replies are cached in memory."""
AT_ONCE: Final = 50
"""The most that this process makes at once; beyond, it makes none."""

_MARKS = re.compile(r"[*_`#<>\[\]{}|~]|https?:", re.IGNORECASE)
_Key = tuple[int, UUID]


class _Asked(Struct, frozen=True):
    """Which answer to ask about, and which model."""

    answer: Message
    question: Message
    model: Model
    server_only: bool
    capped: bool


class ReplySuggester:
    """Makes suggestions, once for each answer."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        models: OfferedModels,
        side: SideQuestions,
        people: PreferencesSource,
        clock: Callable[[], datetime],
        consents: ConsentCheck,
    ) -> None:
        self._database = database
        self._vault = vault
        self._models = models
        self._side = side
        self._people = people
        self._clock = clock
        self._consents = consents
        self._made: OrderedDict[_Key, tuple[str, ...]] = OrderedDict()
        self._making: set[_Key] = set()

    async def of(self, user_id: int, message_id: UUID) -> tuple[str, ...]:
        """Replies to an answer, as plain text; empty if there are no good ones.

        Raises:
            MessageNotFound: the person has no such message.
        """
        key = (user_id, message_id)
        # First, so that nothing deleted or turned off meanwhile is served from the cache.
        asked = await self._prepare(user_id, message_id)
        if asked is None:
            return ()
        if key in self._made:
            self._made.move_to_end(key)
            return self._made[key]
        if key in self._making or len(self._making) >= AT_ONCE:
            return ()
        self._making.add(key)
        try:
            return self._keep(key, await self._make(user_id, asked))
        finally:
            self._making.discard(key)

    async def _prepare(self, user_id: int, message_id: UUID) -> _Asked | None:
        """None if the answer has no suggestions, or no model may make them."""
        now = self._clock()
        turn, preferences, allowed, agreed = await self._database.read(
            lambda db: read_together(
                db,
                lambda db: conversations.turn_of(db, self._vault, user_id, message_id),
                lambda db: self._people.preferences(db, user_id),
                lambda db: quota.allowed_models(db, user_id, now),
                lambda db: self._consents.agreed(db, user_id),
            )
        )
        path, here = turn.messages, turn.server_only
        if len(path) < 2 or not preferences.suggestions or not _is_finished(path[-1]):
            return None
        wrote = self._models.find(path[-1].model_id or "")
        if wrote is None or wrote.provider not in agreed or (here and not is_here(wrote)):
            return None
        model = cheapest_model(self._models, allowed.model_classes, frozenset({wrote.provider}))
        if model is None or model.small:
            return None
        capped = allowed.spending_cap is not None
        return _Asked(path[-1], path[-2], model, here, capped)

    async def _make(self, user_id: int, asked: _Asked) -> tuple[str, ...]:
        try:
            async with timeout(MAX_SECONDS):
                return clean_suggestions(prompting.suggestions(await self._ask(user_id, asked)))
        except (TanyaError, TimeoutError) as error:
            log.info("suggestions_not_made", error=getattr(error, "code", "timed_out"))
            return ()

    async def _ask(self, user_id: int, asked: _Asked) -> str:
        """The model's text; each attempt has a receipt, also a failed one."""
        prompt = prompting.follow_ups(
            asked.question.text[:QUESTION_CHARACTERS], asked.answer.text[-ANSWER_CHARACTERS:]
        )
        answer = asked.answer
        question = SideQuestion(
            user_id=user_id,
            run_id=answer.run_id or answer.id,
            conversation_id=answer.conversation_id,
            purpose="suggest",
            model=asked.model,
            prompt=prompt,
            answer_id=answer.id,
            message_ids=(asked.question.id, answer.id),
            sources=tuple(
                TextSource("message", one.id, one.text) for one in (asked.question, answer)
            ),
            max_tokens=MAX_TOKENS,
            at=self._clock(),
            redacted=tuple(asked.question.asked.placeholders),
            server_only=asked.server_only,
            capped=asked.capped,
        )
        return restore(await self._side.ask(question), asked.question.asked.placeholders)

    def _keep(self, key: _Key, replies: tuple[str, ...]) -> tuple[str, ...]:
        self._made[key] = replies
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        return replies


def clean_suggestions(lines: Sequence[str]) -> tuple[str, ...]:
    """The model's lines that fit on a button: short plain text, without duplicates.

    Fewer than two are none: then it was no list of replies.
    """
    cleaned = dict.fromkeys(_plain(line) for line in lines)
    good = [line for line in cleaned if 0 < len(line) <= MAX_CHARACTERS]
    return tuple(good) if len(good) >= FEWEST else ()


def _plain(line: str) -> str:
    """One line of words; empty where it holds anything else."""
    words = " ".join(line.replace("**", "").split())
    if _MARKS.search(words) or words.endswith((":", "：")):
        return ""
    # Control and format characters could reorder or hide what is sent; joiners are spelling.
    bad = any(unicodedata.category(c)[0] == "C" and c not in "\u200c\u200d" for c in words)
    return "" if bad or not any(c.isalpha() for c in words) else words


def _is_finished(message: Message) -> bool:
    return message.role == "assistant" and message.state == "complete" and bool(message.text)
