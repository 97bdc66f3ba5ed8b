"""Receipts of one request's attempts: each is committed before the attempt is sent, and closed in
the transaction that ends its run or call.

The recipe, which says how to rebuild a body, is stored with the receipt, or, for an answer, whose
body may be long, later together with other data, by `keep_recipes`: compressing a long body takes
longer than its receipt, and a separate transaction would cost as much again.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database
from backend.generation.ports import ReceiptWriter
from backend.llm import ChatRequest, ReceiptEnd, ReceiptEntry, Retention, Sent, Usage

Describe = Callable[[Sent, ChatRequest], ReceiptEntry]


class AttemptReceipts:
    """The router's recorder for one request; `describe` fills in what the router does not know.
    With `recipes_later` it is the caller who has recipes stored."""

    __slots__ = (
        *("_database", "_describe", "_ends", "_later", "_open", "_recipes", "_user_id", "_writer"),
    )

    def __init__(
        self,
        database: Database,
        writer: ReceiptWriter,
        user_id: int,
        describe: Describe,
        *,
        recipes_later: bool = False,
    ) -> None:
        self._later = recipes_later
        self._database = database
        self._writer = writer
        self._user_id = user_id
        self._describe = describe
        self._open: UUID | None = None
        self._ends: list[ReceiptEnd] = []
        self._recipes: list[tuple[ReceiptEntry, UUID]] = []

    async def before_send(self, sent: Sent, request: ChatRequest) -> None:
        """See `backend.llm.port.SendRecorder`.

        Raises:
            ConversationNotFound: it was deleted meanwhile.
            Unavailable: the database cannot be written to.
        """
        entry = self._describe(sent, request)
        write = self._writer.open if self._later else self._writer.open_with_recipe
        self._open = receipt_id = await self._database.write(lambda db: write(db, entry))
        if self._later:
            self._recipes.append((entry, receipt_id))

    async def keep_recipes(self, db: AsyncConnection) -> None:
        """Store recipes in the caller's transaction that are not stored yet; repeats change
        nothing."""
        for entry, receipt_id in self._recipes:
            await self._writer.keep_recipe(db, entry, receipt_id)

    def recipes_are_kept(self) -> None:
        """Release the bodies after the transaction."""
        self._recipes.clear()

    def attempt_ended(self, outcome: str, usage: Usage | None, retention: Retention | None) -> None:
        """See `backend.llm.port.SendRecorder`."""
        if self._open is not None:
            self._ends.append(
                ReceiptEnd(
                    user_id=self._user_id,
                    receipt_id=self._open,
                    outcome=outcome,
                    usage=usage,
                    retention=retention,
                )
            )
            self._open = None

    async def close(self, db: AsyncConnection, outcome: str, usage: Usage | None = None) -> None:
        """Store in the caller's transaction how all attempts ended, and their recipes; an attempt
        that was cut off ended as `outcome` with `usage`. Repeats change nothing."""
        self.attempt_ended(outcome, usage, None)
        await self.keep_recipes(db)
        await self._writer.close(db, self._ends)
