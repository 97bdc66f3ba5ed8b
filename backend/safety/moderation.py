"""Moderation by a provider's endpoint, beside the local word rules, which come first.

What the provider flags as a person's own despair is not refused: nobody is turned away for
speaking of it. Where the endpoint cannot be asked, the operator's setting decides: go on with the
local rules, or let nothing pass. Either is logged and counted each time.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic
from typing import Final, Protocol
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend import metrics
from backend.db import Database
from backend.errors import ModerationUnavailable, ProviderError, SettingsInvalid, TanyaError
from backend.llm import Breaker, ReceiptEnd, ReceiptEntry, Sent
from backend.llm.adapters import Flagged
from backend.safety.no_moderation import NoModeration
from backend.safety.ports import JudgedText, Moderation, ModerationReceipts, Refusal
from backend.safety.word_rules import WordRules
from backend.settings import Settings

log = structlog.get_logger("tanya.safety")

NOT_REFUSED: Final = frozenset({"self-harm", "self-harm/intent", "selfharm"})
"""OpenAI's and Mistral's names; instructions for self-harm are another category, and refused."""
FAILURES: Final = 3
"""In a row; then the endpoint is left alone for a while, so that nobody waits for it."""


class Classifier(Protocol):
    """A provider's endpoint (`llm/adapters/moderation.py`)."""

    provider: str
    name: str

    async def classify(self, text: str, before_send: Callable[[Sent], Awaitable[None]]) -> Flagged:
        """What the text is flagged for. Raises ProviderError."""
        ...


class ProviderModeration:
    """Asks the rules, then the endpoint; a conversation that stays here is judged by rules alone.

    `passes_unjudged`: whether a text that the endpoint could not judge goes on.
    """

    def __init__(
        self,
        database: Database,
        receipts: ModerationReceipts,
        clock: Callable[[], datetime],
        *,
        rules: WordRules,
        classifier: Classifier,
        passes_unjudged: bool,
    ) -> None:
        self._database = database
        self._receipts = receipts
        self._clock = clock
        self._rules = rules
        self._classifier = classifier
        self._passes_unjudged = passes_unjudged
        self._breaker = Breaker(monotonic, threshold=FAILURES)

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
        try:
            flagged = await self._ask(judged)
        except (TanyaError, SQLAlchemyError, OSError) as error:
            # The endpoint's own, or its receipt could not be kept.
            self._tell_unjudged(judged, getattr(error, "code", type(error).__name__))
            return None
        refused = [one for one in flagged.categories if one not in NOT_REFUSED]
        return Refusal(self._classifier.provider, refused[0]) if refused else None

    def _tell_unjudged(self, judged: JudgedText, reason: str) -> None:
        metrics.UNMODERATED.labels(self._classifier.provider).inc()
        log.warning("not_moderated", side=judged.side, provider=self._classifier.provider,
                    reason=reason, passes=self._passes_unjudged)  # fmt: skip
        if not self._passes_unjudged:
            raise ModerationUnavailable

    async def _ask(self, judged: JudgedText) -> Flagged:
        """Ask the endpoint; the receipt is kept before anything leaves, and closed after."""
        opened: list[UUID] = []
        if not self._breaker.allow():
            raise ModerationUnavailable

        async def before_send(sent: Sent) -> None:
            entry = _entry(judged, sent, self._clock())
            async with self._database.unit_of_work() as db:
                opened.append(await self._receipts.open(db, entry))
                await self._receipts.keep_recipe(db, entry, opened[-1])

        outcome = "interrupted"
        try:
            flagged = await self._classifier.classify(judged.text, before_send)
            outcome = "stop"
            self._breaker.succeeded()
        except ProviderError as error:
            outcome = error.code
            self._breaker.failed(error)
            raise
        finally:
            ends = [
                ReceiptEnd(user_id=judged.user_id, receipt_id=one, outcome=outcome)
                for one in opened
            ]
            async with self._database.unit_of_work() as db:
                await self._receipts.close(db, ends)
        return flagged


def choose_moderation(
    settings: Settings,
    database: Database,
    receipts: ModerationReceipts,
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
        database,
        receipts,
        clock,
        rules=rules,
        classifier=classifier,
        passes_unjudged=settings.moderation_unavailable == "rules",
    )


def _entry(judged: JudgedText, sent: Sent, now: datetime) -> ReceiptEntry:
    return ReceiptEntry(
        user_id=judged.user_id,
        purpose="moderation",
        sent=sent,
        sent_at=now,
        run_id=judged.run_id,
        conversation_id=judged.conversation_id,
        message_id=judged.subject_id if judged.run_id else None,
        message_ids=judged.message_ids,
        fields=("text",),
        sources=judged.sources,
    )
