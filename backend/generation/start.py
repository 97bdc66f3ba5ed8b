"""The start of a run: in one transaction the messages, the run and the quota's reservation.

The client's key makes it idempotent: the same key with the same content joins the run that it
began, be it an hour ago; with other content it is refused.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import quota
from backend.db import Cipher, Database, Vault, hot
from backend.errors import IdempotencyConflict, InvalidField, TanyaError
from backend.generation.ordering import Ordering, Request, kind_of
from backend.generation.ports import Consents, Models, Painters, People
from backend.generation.schemas import Order, Run, SendMessage
from backend.generation.tables import runs
from backend.llm import Model
from backend.llm.cost import ceiling
from backend.llm.router import for_model
from backend.uuid7 import is_uuid7, uuid7

_FIND = hot(
    sa.select(
        runs.c.id, runs.c.request_seal, runs.c.conversation_id, runs.c.message_id, runs.c.state
    ).where(runs.c.user_id == sa.bindparam("user"), runs.c.client_key == sa.bindparam("key"))
)
_INSERT = hot(sa.insert(runs))


class Starter:
    """Begins runs, in the database only."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        models: Models,
        people: People,
        owner_id: str,
        clock: Callable[[], datetime],
        painters: Painters | None = None,
        consents: Consents | None = None,
        daily_cap: int | None = None,
    ) -> None:
        self._daily_cap = daily_cap
        self._database = database
        self._vault = vault
        self._ordering = Ordering(vault, models, people, painters, consents)
        self._owner_id = owner_id
        self._clock = clock

    async def find(self, user_id: int, request: Request) -> Run | None:
        """The run that this key has begun.

        Raises:
            IdempotencyConflict: it was begun with other content.
        """
        async with self._database.snapshot() as db:
            row = (await db.execute(_FIND, {"user": user_id, "key": request.id})).one_or_none()
            if row is None:
                return None
            cipher = await self._vault.cipher(db, user_id)
        if cipher.open(row.request_seal, _context(row.id)) != _fingerprint(request):
            raise IdempotencyConflict
        return Run(
            id=row.id,
            user_id=user_id,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            state=row.state,
        )

    async def start(self, user_id: int, language: str, request: Request) -> Order | Run:
        """A new run's order, or the run that the same request has begun already.

        Raises:
            TanyaError: as conversations and billing refuse; nothing was written then.
        """
        if not is_uuid7(request.id):
            raise InvalidField(field="id")
        try:
            async with self._database.unit_of_work() as db:
                return await self._begin(db, user_id, language, request)
        except (IntegrityError, TanyaError):
            # A key that was used before always ends here, at the latest by its unique
            # constraint. So only what is refused is looked up, and not every new turn.
            joined = await self.find(user_id, request)
            if joined is None:
                raise
            return joined

    async def _begin(
        self, db: AsyncConnection, user_id: int, language: str, request: Request
    ) -> Order:
        now = self._clock()
        run_id = uuid7(now)
        order, allowed = await self._ordering.order(db, user_id, language, request, run_id, now)
        await self._insert(db, request, order, now)
        # Last, as at a run's end, so that the two never wait for each other's rows.
        most = _ceiling(order, order.choices[0])
        await quota.reserve(
            db,
            user_id,
            run_id,
            order.choices[0].price_class,
            now,
            allowed.access,
            most=most,
            daily_cap=self._daily_cap,
        )
        capped = allowed.spending_cap is not None or self._daily_cap is not None
        return _within(order, most) if capped and most is not None else order

    async def _insert(
        self, db: AsyncConnection, request: Request, order: Order, now: datetime
    ) -> None:
        run = order.run
        cipher: Cipher = await self._vault.cipher(db, run.user_id)
        row = {
            "user_id": run.user_id,
            "id": run.id,
            "conversation_id": run.conversation_id,
            "user_message_id": request.id if isinstance(request, SendMessage) else None,
            "message_id": run.message_id,
            "client_key": request.id,
            "request_seal": cipher.seal(_fingerprint(request), _context(run.id)),
            "kind": order.kind,
            "state": "running",
            "owner": self._owner_id,
            "language": order.language,
            "model_id": order.choices[0].id,
            "started_at": now,
            "base_length": len(order.base),
            "length": len(order.base),
        }
        await db.execute(_INSERT, row)


def _ceiling(order: Order, model: Model) -> int | None:
    """The most that the answer may cost if this model writes it; None if nobody knows."""
    return ceiling(for_model(order.request, model), order.input_tokens)


def _within(order: Order, budget: int) -> Order:
    """The order when no more than this is held for it: nobody dearer may stand in."""
    first, *others = order.choices
    fitting = [m for m in others if (most := _ceiling(order, m)) is not None and most <= budget]
    return replace(order, choices=(first, *fitting), budget=budget)


def _fingerprint(request: Request) -> str:
    """A hash of all that was asked. It is stored sealed: short texts could be guessed from it."""
    content = msgspec.json.encode([kind_of(request), request])
    return hashlib.sha256(content).hexdigest()


def _context(run_id: UUID) -> str:
    return f"run:{run_id.hex}"
