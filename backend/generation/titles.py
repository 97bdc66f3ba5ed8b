"""A title for a conversation, made after its first turn by the cheapest model of the plan.

It costs the person no quota, may fail in silence, and never replaces a title they chose. Where
only the small local model could make it, the question's own first words are the better title.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

import structlog

from backend import conversations
from backend.billing import quota
from backend.db import Database, Vault
from backend.errors import TanyaError
from backend.generation.choice import cheapest
from backend.generation.ports import Consents, Models
from backend.generation.running import Running
from backend.generation.side import Side, SideQuestion
from backend.llm import TextPart, prompting

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
        models: Models,
        side: Side,
        clock: Callable[[], datetime],
        consents: Consents | None = None,
    ) -> None:
        self._consents = consents
        self._database = database
        self._vault = vault
        self._models = models
        self._side = side
        self._clock = clock

    async def make(self, running: Running) -> None:
        """Give the run's conversation a title, if that goes well."""
        try:
            await self._make(running)
        except TanyaError as error:
            log.info("title_not_made", error=error.code)

    async def _make(self, running: Running) -> None:
        run = running.order.run
        async with self._database.snapshot() as db:
            allowed = await quota.allowed_models(db, run.user_id, self._clock())
            agreed = await self._consents.agreed(db, run.user_id) if self._consents else None
        model = cheapest(self._models, allowed.model_classes, agreed)
        if model is None or model.small or model.simulated:
            await self._keep(running, clean(running.order.request.turns[-1].text))
            return
        question = SideQuestion(
            user_id=run.user_id,
            run_id=run.id,
            conversation_id=run.conversation_id,
            purpose="title",
            model=model,
            prompt=prompting.title(_excerpt(running)),
            message_ids=(*running.order.message_ids, run.message_id),
            max_tokens=MAX_TOKENS,
            at=self._clock(),
        )
        await self._keep(running, clean(await self._side.ask(question)))

    async def _keep(self, running: Running, title: str) -> None:
        run = running.order.run
        if title:
            async with self._database.unit_of_work() as db:
                await conversations.set_title(
                    db, self._vault, run.user_id, run.conversation_id, title
                )


def clean(raw: str) -> str:
    """A title out of whatever the model wrote: one line of plain words, or nothing."""
    lines = [line for line in raw.splitlines() if line.strip()]
    title = _LABEL.sub("", lines[0]) if lines else ""
    title = " ".join(_MARKS.sub("", title).split())
    title = "".join(c for c in title if unicodedata.category(c)[0] != "C" or c == "\u200d")
    title = title.strip("\"'«»“”„‘’.،。:;-– ")
    if len(title) <= MAX_CHARACTERS:
        return title
    cut = title[:MAX_CHARACTERS].rsplit(" ", 1)[0]
    return cut + "…"


def _excerpt(running: Running) -> str:
    """The question and the beginning of the answer. Files and pages stand before the person's
    own words, and name the conversation only where there are no such words."""
    turn = running.order.request.turns[-1]
    own = turn.parts[-1].text if isinstance(turn.parts[-1], TextPart) else ""
    question = (own.strip() or turn.text)[:EXCERPT_CHARACTERS]
    return f"{question}\n\n---\n\n{running.text[:EXCERPT_CHARACTERS]}"
