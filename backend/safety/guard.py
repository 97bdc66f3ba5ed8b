"""Judges a text before the next step: it passes, or the refusal is stored and raised."""

from collections.abc import Container

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.errors import AnswerWithheld, ConsentNeeded, QuestionRefused, Unavailable
from backend.safety.ages import AgeGate
from backend.safety.ports import JudgedText, Moderation
from backend.safety.refusals import Refusals

log = structlog.get_logger("tanya.safety")


class ModerationGuard:
    """Asks the moderation, and stores refusals."""

    def __init__(self, moderation: Moderation, refusals: Refusals, ages: AgeGate) -> None:
        self._ages = ages
        self.moderation = moderation
        """Public, so that tests can put another one there."""
        self._refusals = refusals

    async def check_age(self, db: AsyncConnection, user_id: int) -> None:
        """Let a person ask. Raises AgeUnknown, TooYoung."""
        await self._ages.check(db, user_id)

    def check_consent(self, agreed: Container[str], *, server_only: bool) -> None:
        """Refuse to ask what would be judged by a provider that its person has not agreed to.

        Raises:
            ConsentNeeded.
        """
        provider = self.moderation.provider
        if provider is not None and not server_only and provider not in agreed:
            raise ConsentNeeded(provider=provider, model=self.moderation.name)

    async def check(self, judged: JudgedText) -> None:
        """Let a text and pictures pass.

        Raises:
            QuestionRefused, AnswerWithheld: it must not.
            ModerationUnavailable: it could not be judged, and the operator requires that.
        """
        if not judged.text.strip() and not judged.pictures:
            return
        if (refusal := await self.moderation.judge(judged)) is None:
            return
        log.info("refused", side=judged.side, judge=refusal.judge, category=refusal.category)
        if judged.subject_id is not None:
            try:
                await self._refusals.record_refusal(judged, judged.subject_id, refusal)
            except (SQLAlchemyError, Unavailable, OSError):
                log.exception("refusal_not_noted")  # it is refused all the same
        raise QuestionRefused if judged.side == "question" else AnswerWithheld
