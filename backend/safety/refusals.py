"""Records refusals without their text; a person can appeal once for each."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.db import Database, Vault, insert_new
from backend.errors import MessageNotFound, RefusalNotFound
from backend.safety.ports import JudgedText, Refusal
from backend.safety.tables import refusals

LONGEST_APPEAL: Final = 2_000
"""The most characters of an appeal's text."""
LONGEST_ASKED: Final = 8_000
"""Characters of a text that is sent along."""
KEPT: Final = timedelta(days=400)

AppealState = Literal["none", "waiting", "upheld", "overturned"]

_NEWEST = (
    sa.select(refusals.c.id)
    .where(refusals.c.user_id == sa.bindparam("owner"))
    .order_by(refusals.c.refused_at.desc(), refusals.c.id.desc())
    .limit(1)
)


class RefusalShown(Struct, frozen=True):
    """A refusal as its person sees it, and what became of their appeal."""

    id: UUID
    side: str
    refused_at: datetime
    appeal: AppealState


class AppealWords(Struct, frozen=True):
    """The sealed part of an appeal: the refused question, and the person's text."""

    question: str
    words: str


class Refusals:
    """Notes refusals, and takes appeals; one per process."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def record_refusal(self, judged: JudgedText, subject_id: UUID, refusal: Refusal) -> None:
        """Record a refusal; an earlier record of the same text is kept."""
        row = {
            "user_id": judged.user_id,
            "id": subject_id,
            "side": judged.side,
            "judge": refusal.judge,
            "category": refusal.category[:64],
            "refused_at": self._clock(),
        }
        async with self._database.unit_of_work() as db:
            await db.execute(insert_new(db, refusals), row)

    async def get(self, user_id: int, refusal_id: UUID) -> RefusalShown:
        """One of the person's refusals. Raises RefusalNotFound."""
        async with self._database.snapshot() as db:
            return _shown(await _find(db, user_id, refusal_id))

    async def newest(self, user_id: int) -> UUID:
        """The person's last refusal. Raises RefusalNotFound: they have none."""
        async with self._database.snapshot() as db:
            found: UUID | None = (
                await db.execute(_NEWEST, {"owner": user_id})
            ).scalar_one_or_none()
        if found is None:
            raise RefusalNotFound
        return found

    async def appeal(
        self, user_id: int, refusal_id: UUID, words: str, asked: str = ""
    ) -> RefusalShown:
        """Ask the operator to look at a refusal, who then reads the question and these words. Of
        an appeal that waits the words can be changed; one that was decided stays as it is.

        `asked` is what was refused, where it is kept nowhere: a text that was to be checked.

        Raises:
            RefusalNotFound: the person has no such refusal.
        """
        async with self._database.unit_of_work() as db:
            row = await _find(db, user_id, refusal_id)
            if row.appealed_at is None or (words.strip() and row.decided_at is None):
                question = await self._question(db, user_id, refusal_id)
                question = question or asked.strip()[:LONGEST_ASKED]
                question = question or await self._asked_before(db, row)
                await self._keep(db, user_id, refusal_id, AppealWords(question, words))
                row = await _find(db, user_id, refusal_id)
            return _shown(row)

    async def _question(self, db: AsyncConnection, user_id: int, answer_id: UUID) -> str:
        """What was asked; nothing if it was deleted, or was no question of a conversation."""
        try:
            branch = await conversations.path_to(
                db, self._vault, user_id, answer_id, takes=conversations.newest(2)
            )
        except MessageNotFound:
            return ""
        asked = [one.text for one in branch.messages if one.role == "user"]
        return asked[-1] if asked else ""

    async def _asked_before(self, db: AsyncConnection, row: Any) -> str:
        """What a waiting appeal contains already: only a text is added to it."""
        if row.appeal is None:
            return ""
        cipher = await self._vault.cipher(db, row.user_id)
        opened = cipher.open_bytes(row.appeal, appeal_context(row.id))
        return msgspec.json.decode(opened, type=AppealWords).question

    async def _keep(
        self, db: AsyncConnection, user_id: int, refusal_id: UUID, appeal: AppealWords
    ) -> None:
        cipher = await self._vault.cipher(db, user_id)
        appeal = msgspec.structs.replace(appeal, words=appeal.words.strip()[:LONGEST_APPEAL])
        sealed = cipher.seal_bytes(msgspec.json.encode(appeal), appeal_context(refusal_id))
        change = sa.update(refusals).where(
            refusals.c.user_id == user_id, refusals.c.id == refusal_id
        )
        await db.execute(change.values(appeal=sealed, appealed_at=self._clock()))


def appeal_context(refusal_id: UUID) -> str:
    """What a sealed appeal is bound to."""
    return f"appeal:{refusal_id.hex}"


async def _find(db: AsyncConnection, user_id: int, refusal_id: UUID) -> Any:
    mine = sa.select(refusals).where(refusals.c.user_id == user_id, refusals.c.id == refusal_id)
    if (row := (await db.execute(mine)).one_or_none()) is None:
        raise RefusalNotFound
    return row


def _shown(row: Any) -> RefusalShown:
    state: AppealState = row.decision or ("none" if row.appealed_at is None else "waiting")
    return RefusalShown(row.id, row.side, row.refused_at, state)
