"""Lists the claims of a message or a text: the first step of a check."""

import asyncio
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.checks import store
from backend.checks.checker import (
    choose_checker,
    choose_lister,
    claim_ceiling,
    listing_question,
)
from backend.checks.parts import CheckParts
from backend.checks.replies import claims_in
from backend.checks.schemas import MAX_TEXT, Check, CheckRequest, Claim, Price
from backend.conversations import Message
from backend.db import is_temporary
from backend.errors import (
    CheckOfTemporary,
    CheckTextTooLong,
    ConversationStaysHere,
    IdempotencyConflict,
    NothingToCheck,
    ProviderTimedOut,
)
from backend.generation import Agreed
from backend.llm import Model, TextSource
from backend.metering import quota
from backend.safety import JudgedText

LIST_SECONDS: Final = 60.0


class ClaimLister:
    """Creates checks that wait to be run."""

    def __init__(self, parts: CheckParts) -> None:
        self._parts = parts

    async def list_claims(self, user_id: int, wanted: CheckRequest) -> Check:
        """See `Checks.list_claims`."""
        parts, now = self._parts, self._parts.clock()
        async with parts.database.snapshot() as db:
            known = await store.find(db, parts.vault, user_id, wanted.id)
            if known is not None:
                return _same(known, wanted)
            await parts.guard.check_age(db, user_id)
            message = await self._message(db, user_id, wanted)
            allowed = (await quota.allowed_models(db, user_id, now)).model_classes
            agreed = await parts.consents.agreed(db, user_id)
            wanted = await self._with_placeholders(db, user_id, wanted, message)
        text = _text(wanted, message)
        await self._moderate(user_id, wanted.id, text, message, agreed)
        author = parts.models.find(message.model_id or "") if message is not None else None
        checker = choose_checker(parts.models, allowed, agreed, author)
        lister = choose_lister(parts.models, allowed, agreed, checker)
        check = _empty(wanted, message, text, checker, now)
        found = await self._ask(user_id, check, lister, message)
        check = replace(check, claims=tuple(Claim(one) for one in found))
        most = claim_ceiling(user_id, check, checker, now)
        check = replace(check, price=Price(store.MESSAGES, most))
        async with parts.database.unit_of_work() as db:
            await store.add(db, parts.vault, user_id, check)
            return _same(await store.get(db, parts.vault, user_id, check.id), wanted)

    async def _with_placeholders(
        self, db: AsyncConnection, user_id: int, wanted: CheckRequest, message: Message | None
    ) -> CheckRequest:
        """For claims of a message, use the placeholders of its conversation."""
        if message is None:
            return wanted
        known = await conversations.placeholders_of(
            db, self._parts.vault, user_id, message.conversation_id
        )
        return replace(wanted, placeholders=known)

    async def _moderate(
        self, user_id: int, check_id: UUID, text: str, message: Message | None, agreed: Agreed
    ) -> None:
        source = () if message is None else (TextSource("message", message.id, message.text),)
        self._parts.guard.check_consent(agreed, server_only=False)
        await self._parts.guard.check(
            JudgedText(
                user_id=user_id,
                side="question",
                text=text,
                subject_id=check_id,
                server_only=False,
                run_id=check_id,
                conversation_id=None if message is None else message.conversation_id,
                message_ids=tuple(one.id for one in source),
                sources=source,
            )
        )

    async def _message(
        self, db: AsyncConnection, user_id: int, wanted: CheckRequest
    ) -> Message | None:
        if wanted.message_id is None:
            return None
        vault, message_id = self._parts.vault, wanted.message_id
        message = await conversations.get_message(db, vault, user_id, message_id)
        if is_temporary(message.conversation_id):
            raise CheckOfTemporary
        if await conversations.is_server_only(db, user_id, message.conversation_id):
            raise ConversationStaysHere  # claims are looked for elsewhere
        return message

    async def _ask(
        self, user_id: int, check: Check, lister: Model, message: Message | None
    ) -> tuple[str, ...]:
        text = check.text if message is None else message.text
        source = None if message is None else TextSource("message", message.id, message.text)
        question = listing_question(user_id, check, lister, text, source)
        try:
            async with asyncio.timeout(LIST_SECONDS):
                return claims_in(await self._parts.questions.ask(question))
        except TimeoutError:
            raise ProviderTimedOut(provider=lister.name) from None


def _empty(
    wanted: CheckRequest, message: Message | None, text: str, checker: Model, now: datetime
) -> Check:
    """A check without claims yet; a message's text is only stored with the message."""
    return Check(
        id=wanted.id,
        state="listed",
        claims=(),
        text=text if message is None else "",
        model_id=checker.id,
        model_name=checker.name,
        provider=checker.provider,
        simulated=checker.simulated,
        price=Price(store.MESSAGES, None),
        created_at=now,
        conversation_id=None if message is None else message.conversation_id,
        message_id=None if message is None else message.id,
        placeholders=wanted.placeholders,
    )


def _text(wanted: CheckRequest, message: Message | None) -> str:
    """The text to check. A running answer cannot be checked yet."""
    if message is not None and message.state == "running":
        raise NothingToCheck
    text = (wanted.text if message is None else message.text).strip()
    if not text:
        raise NothingToCheck
    if len(text) > MAX_TEXT:
        raise CheckTextTooLong(limit=MAX_TEXT)
    return text


def _same(check: Check, wanted: CheckRequest) -> Check:
    """The check, if it is of the requested text."""
    is_text = wanted.message_id is None
    if check.message_id != wanted.message_id or (is_text and check.text != wanted.text.strip()):
        raise IdempotencyConflict
    return check
