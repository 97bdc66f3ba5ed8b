"""A title for a conversation, made after its first turn by the cheapest model of the plan.

It takes no quota, fails silently, and never replaces a title that the person chose. If only the
small local model could make it, the question's first words are used instead.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.db import Database, Vault, read_together
from backend.errors import TanyaError
from backend.generation.ports import Agreed, ConsentCheck, OfferedModels
from backend.generation.request.model_choice import ModelsHere, cheapest_model
from backend.generation.run.running import ActiveRun
from backend.generation.side.questions import SideQuestion, SideQuestions
from backend.llm import TextPart, TextSource
from backend.llm.prompts import prompting
from backend.metering import quota
from backend.placeholders import restore
from backend.runlog import ConversationEvent, PersonEvents

log = structlog.get_logger("tanya.generation")

MAX_CHARACTERS = 60
EXCERPT_CHARACTERS = 600
MAX_TOKENS = 400
"""Enough for a model that thinks before it writes six words."""

_MARKS = re.compile(r"[*_`#>\[\]{}|~<]+")
_LABEL = re.compile(r"^\s*(title|название|заголовок|العنوان)\s*[:：]\s*", re.IGNORECASE)


class Titler:
    """Makes titles."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        models: OfferedModels,
        side: SideQuestions,
        clock: Callable[[], datetime],
        consents: ConsentCheck,
        person_events: PersonEvents,
    ) -> None:
        self._person_events = person_events
        self._consents = consents
        self._database = database
        self._vault = vault
        self._models = models
        self._side = side
        self._clock = clock

    async def make_title(self, running: ActiveRun) -> None:
        """Give the run's conversation a title; never raises."""
        try:
            await self._make(running)
        except TanyaError as error:
            log.info("title_not_made", error=error.code)

    async def _make(self, running: ActiveRun) -> None:
        run = running.order.run
        allowed, agreed = await self._database.read(partial(self._rights, run.user_id))
        here = running.order.server_only
        models = ModelsHere(self._models) if here else self._models
        model = cheapest_model(models, allowed.model_classes, agreed)
        if model is None or model.small or model.simulated:
            await self._set_own(running)
            return
        question = SideQuestion(
            user_id=run.user_id,
            run_id=run.id,
            conversation_id=run.conversation_id,
            purpose="title",
            model=model,
            prompt=prompting.title(_excerpt(running)),
            answer_id=run.message_id,
            message_ids=(*running.order.message_ids, run.message_id),
            sources=(
                *running.order.sources,
                TextSource("message", run.message_id, running.text),
            ),
            max_tokens=MAX_TOKENS,
            at=self._clock(),
            redacted=tuple(running.order.placeholders),
            server_only=here,
            capped=allowed.spending_cap is not None,
        )
        given = False

        async def keep(db: AsyncConnection, answer: str) -> None:
            nonlocal given
            given = await self._set(db, running, answer)

        await self._side.ask(question, keep)
        self._tell(running, given)

    async def _rights(self, user_id: int, db: AsyncConnection) -> tuple[quota.Allowed, Agreed]:
        now = self._clock()
        return await read_together(
            db,
            lambda db: quota.allowed_models(db, user_id, now),
            lambda db: self._consents.agreed(db, user_id),
        )

    async def _set_own(self, running: ActiveRun) -> None:
        """If no model makes a title, use the question's first words: the person's, not those of a
        task's prompt. Where there are none, files name it."""
        order = running.order
        async with self._database.unit_of_work() as db:
            asked = await conversations.get_message(
                db, self._vault, order.run.user_id, order.question_id
            )
            own = asked.text if asked.text.strip() else order.request.turns[-1].text
            given = await self._set(db, running, own)
        self._tell(running, given)

    async def _set(self, db: AsyncConnection, running: ActiveRun, written: str) -> bool:
        run = running.order.run
        title = clean_title(restore(written, running.order.placeholders))
        return await conversations.set_title(
            db, self._vault, run.user_id, run.conversation_id, title
        )

    def _tell(self, running: ActiveRun, given: bool) -> None:
        if given:
            run = running.order.run
            self._person_events.publish(run.user_id, ConversationEvent(run.conversation_id))


def clean_title(raw: str) -> str:
    """The model's title as one line of plain text; empty if unusable."""
    lines = [line for line in raw.splitlines() if line.strip()]
    title = _LABEL.sub("", lines[0]) if lines else ""
    title = " ".join(_MARKS.sub("", title).split())
    title = "".join(c for c in title if unicodedata.category(c)[0] != "C" or c == "\u200d")
    title = title.strip("\"'«»“”„‘’.،。:;-– ")
    if len(title) <= MAX_CHARACTERS:
        return title
    cut = title[:MAX_CHARACTERS].rsplit(" ", 1)[0]
    return cut + "…"


def _excerpt(running: ActiveRun) -> str:
    """The question and the beginning of the answer. Files and pages stand before the person's
    own words, and name the conversation only where there are no such words."""
    turn = running.order.request.turns[-1]
    own = turn.parts[-1].text if isinstance(turn.parts[-1], TextPart) else ""
    question = (own.strip() or turn.text)[:EXCERPT_CHARACTERS]
    return f"{question}\n\n---\n\n{running.text[:EXCERPT_CHARACTERS]}"
