"""Moderation by a provider's endpoint, after the local word rules.

Texts that the provider flags as self-harm are not refused: nobody is turned away for speaking of
their despair. If the endpoint is unreachable, a setting decides whether the local rules suffice or
everything is refused. Either is logged and counted each time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend import metrics
from backend.db import Database
from backend.errors import ModerationUnavailable, SettingsInvalid, TanyaError
from backend.metering import Meter
from backend.safety.endpoint import Classifier, MeteredClassifier
from backend.safety.no_moderation import NoModeration
from backend.safety.ports import JudgedText, Moderation, ModerationReceipts, Refusal
from backend.safety.word_rules import WordRules
from backend.settings import Settings

log = structlog.get_logger("tanya.safety")

NOT_REFUSED: Final = frozenset({"self-harm", "self-harm/intent", "selfharm"})
"""OpenAI's and Mistral's names; instructions for self-harm are another category, and refused."""


class ProviderModeration:
    """Asks the rules, then the endpoint; a conversation that stays here is judged by rules alone.

    `passes_unjudged`: whether what the endpoint could not judge goes on.
    """

    def __init__(
        self, classifier: MeteredClassifier, *, rules: WordRules, passes_unjudged: bool
    ) -> None:
        self._rules = rules
        self._classifier = classifier
        self._passes_unjudged = passes_unjudged

    @property
    def provider(self) -> str | None:
        """See Moderation."""
        return self._classifier.provider

    @property
    def name(self) -> str:
        """See Moderation."""
        return self._classifier.name

    async def judge(self, judged: JudgedText) -> Refusal | None:
        """See Moderation."""
        found = await self._rules.judge(judged)
        if found is not None or judged.server_only:
            return found
        asked = [self._classifier.ask(judged, one) for one in judged.pictures]
        if judged.text.strip():
            asked.append(self._classifier.ask(judged, None))
        # Wait for all, so that nothing continues after this returns.
        for told in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(told, TanyaError | SQLAlchemyError | OSError):
                # The endpoint's own, or its receipt could not be kept.
                self._tell_unjudged(judged, getattr(told, "code", type(told).__name__))
            elif isinstance(told, BaseException):
                raise told
            elif refused := [one for one in told if one not in NOT_REFUSED]:
                return Refusal(self._classifier.provider, refused[0])
        return None

    def _tell_unjudged(self, judged: JudgedText, reason: str) -> None:
        metrics.UNMODERATED.labels(self._classifier.provider).inc()
        log.warning("not_moderated", side=judged.side, provider=self._classifier.provider,
                    reason=reason, passes=self._passes_unjudged)  # fmt: skip
        if not self._passes_unjudged:
            raise ModerationUnavailable


def choose_moderation(
    settings: Settings,
    database: Database,
    receipts: ModerationReceipts,
    meter: Meter,
    clock: Callable[[], datetime],
    classifier: Classifier | None,
) -> Moderation:
    """The moderation that the settings ask for; `classifier` is the endpoint of theirs.

    Raises:
        SettingsInvalid: the rules' file is wrong, or there is no such endpoint.
    """
    if settings.moderation == "none":
        return NoModeration()
    rules = WordRules.read(settings.moderation_rules)
    if settings.moderation == "rules":
        return rules
    if classifier is None:
        raise SettingsInvalid(
            name="MODERATION_PROVIDER", reason="names no provider whose key or address is set"
        )
    return ProviderModeration(
        MeteredClassifier(database, receipts, meter, clock, classifier),
        rules=rules,
        passes_unjudged=settings.moderation_unavailable == "rules",
    )
