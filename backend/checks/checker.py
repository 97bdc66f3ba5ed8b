"""Chooses the checking model, and checks one claim."""

from datetime import datetime
from typing import Final

import structlog
from msgspec.structs import replace

from backend.checks.ports import SourceReader
from backend.checks.quotes import normalised, stands_in
from backend.checks.replies import Reply, reply_in
from backend.checks.schemas import MAX_CLAIMS, Check, Claim
from backend.errors import ConsentNeeded, NoChecker, PageNotRead, ServerBusy
from backend.generation import (
    Agreed,
    OfferedModels,
    QuestionCosts,
    SideQuestion,
    SideQuestions,
    cheapest_model,
    request_of,
)
from backend.llm import Model, Search, TextSource, ceiling
from backend.llm.prompts import prompting

log = structlog.get_logger("tanya.checks")

SEARCHES: Final = 3
"""Searches for one claim."""
CLAIM_TOKENS: Final = 1_500
LIST_TOKENS: Final = 2_000
"""Enough tokens for a model that reasons before writing a few lines."""


def choose_checker(
    models: OfferedModels, allowed: frozenset[str], agreed: Agreed, author: Model | None
) -> Model:
    """The model that checks a text of `author` (None: a person): preferably one that searches, then
    one of another provider, then another model, best first. Small models cannot check.

    Raises:
        ConsentNeeded: only models of providers without consent can.
        NoChecker: no model can.
    """
    fitting = [
        one
        for one in models.active
        if one.price_class in allowed and not one.small and _is_independent(one, author)
    ]
    fitting = [one for one in fitting if not one.simulated] or fitting
    if not fitting:
        raise NoChecker
    agreeing = [one for one in fitting if one.provider in agreed]
    if not agreeing:
        raise ConsentNeeded(provider=fitting[0].provider, model=fitting[0].name)
    return min(agreeing, key=lambda one: _rank(one, author))


def choose_lister(
    models: OfferedModels, allowed: frozenset[str], agreed: Agreed, checker: Model
) -> Model:
    """The model that lists the claims: the cheapest that is able to."""
    cheapest = cheapest_model(models, allowed, agreed)
    return checker if cheapest is None or cheapest.small else cheapest


def listing_question(
    user_id: int, check: Check, model: Model, text: str, source: TextSource | None
) -> SideQuestion:
    """The request to list the claims of a text; `source` is the message that it is from."""
    return SideQuestion(
        user_id=user_id,
        run_id=check.id,
        conversation_id=check.conversation_id,
        purpose="claims",
        model=model,
        prompt=prompting.claims(text, MAX_CLAIMS),
        answer_id=source.id if source else None,
        message_ids=(source.id,) if source else (),
        sources=(source,) if source else (),
        max_tokens=LIST_TOKENS,
        at=check.created_at,
        redacted=_redacted(check, text),
    )


def claim_question(
    user_id: int, check: Check, model: Model, number: int, now: datetime
) -> SideQuestion:
    """The request to find a source for the claim with this number, counted from 1."""
    searches = "search" in model.capabilities
    return SideQuestion(
        user_id=user_id,
        run_id=check.id,
        conversation_id=check.conversation_id,
        purpose="check",
        model=model,
        prompt=prompting.check_claim(check.claims[number - 1].text, number),
        answer_id=check.message_id,
        message_ids=(check.message_id,) if check.message_id else (),
        sources=(),
        max_tokens=CLAIM_TOKENS,
        at=now,
        redacted=_redacted(check, check.claims[number - 1].text),
        search=Search(max_uses=SEARCHES, required=True) if searches else None,
    )


def _redacted(check: Check, text: str) -> tuple[str, ...]:
    """The placeholders in the text that is sent."""
    return tuple(one for one in check.placeholders if one in text)


def claim_ceiling(user_id: int, check: Check, model: Model, now: datetime) -> int | None:
    """The highest cost of any claim, in micro-dollars; None if it is unknown."""
    numbers = range(1, len(check.claims) + 1)
    each = [ceiling(request_of(claim_question(user_id, check, model, n, now))) for n in numbers]
    known = [one for one in each if one is not None]
    return max(known, default=0) if len(known) == len(each) else None


class ClaimChecker:
    """Checks one claim: asks for a source, reads it, and verifies the quotation."""

    def __init__(self, questions: SideQuestions, sources: SourceReader) -> None:
        self._questions = questions
        self.sources = sources
        """Public, so that tests can put pages of their own there."""

    async def check(
        self, question: SideQuestion, claim: Claim, language: str, costs: QuestionCosts
    ) -> Claim:
        """The claim with its verdict; `costs` grows by its cost.

        Raises:
            ProviderError: the model could not be asked.
        """
        reply = reply_in(await self._questions.ask_reserved(question, costs))
        return await self._verified(question.user_id, claim, reply, language)

    async def _verified(self, user_id: int, claim: Claim, reply: Reply, language: str) -> Claim:
        """Drop a quotation that is not in the page, together with its verdict."""
        unsupported = replace(claim, verdict="none")
        if reply.verdict == "none":
            return unsupported
        try:
            source = await self.sources.read(user_id, reply.url, language)
        except (PageNotRead, ServerBusy) as error:
            log.info("source_not_read", code=error.code)
            return unsupported
        if not stands_in(reply.quote, source.text):
            log.info("quotation_not_found")
            return unsupported
        return replace(
            claim,
            verdict=reply.verdict,
            quote=normalised(reply.quote),
            url=source.url,
            title=source.title,
        )


def _is_independent(model: Model, author: Model | None) -> bool:
    if "images" in model.capabilities:
        return False
    return "search" in model.capabilities or author is None or model.id != author.id


def _rank(model: Model, author: Model | None) -> tuple[bool, bool, bool]:
    return (
        "search" not in model.capabilities,
        author is not None and model.provider == author.provider,
        author is not None and model.id == author.id,
    )
