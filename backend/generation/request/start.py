"""The start of a run: in one transaction the messages, the run and the quota's reservation.

The client's key makes it idempotent: the same key with the same content joins the run that it
started, however old; with other content it is refused.
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

from backend.db import Cipher, Database, Vault, hot
from backend.errors import IdempotencyConflict, InvalidField, TanyaError
from backend.generation.request.order import OrderBuilder
from backend.generation.request.turn import Request, request_kind
from backend.generation.schemas import Run, RunOrder, SendMessage
from backend.generation.tables import runs
from backend.llm import Model, ceiling, for_model
from backend.metering import quota
from backend.uuid7 import is_uuid7, uuid7

_FIND = hot(
    sa.select(
        runs.c.id, runs.c.request_seal, runs.c.conversation_id, runs.c.message_id, runs.c.state
    ).where(runs.c.user_id == sa.bindparam("user"), runs.c.client_key == sa.bindparam("key"))
)
_INSERT = hot(sa.insert(runs))


class RunStarter:
    """Starts runs in the database."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        orders: OrderBuilder,
        owner_id: str,
        clock: Callable[[], datetime],
        daily_cap: int | None,
        require_room_for: Callable[[int], None],
    ) -> None:
        self._require_room_for = require_room_for
        self._daily_cap = daily_cap
        self._database = database
        self._vault = vault
        self._orders = orders
        self._owner_id = owner_id
        self._clock = clock

    async def find_run(self, user_id: int, request: Request) -> Run | None:
        """The run that was started with this key.

        Raises:
            IdempotencyConflict: it was started with other content.
        """
        async with self._database.snapshot() as db:
            row = (await db.execute(_FIND, {"user": user_id, "key": request.id})).one_or_none()
            if row is None:
                return None
            cipher = await self._vault.cipher(db, user_id, row.conversation_id)
        if cipher.open(row.request_seal, _context(row.id)) != _fingerprint(request):
            raise IdempotencyConflict
        return Run(
            id=row.id,
            user_id=user_id,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            state=row.state,
        )

    async def start_run(self, user_id: int, language: str, request: Request) -> RunOrder | Run:
        """A new run's order, or the run that the same request has already started.

        Raises:
            TanyaError: from conversations and plans; nothing is written then.
        """
        if not is_uuid7(request.id):
            raise InvalidField(field="id")
        try:
            return await self._database.write(
                lambda db: self._write_run(db, user_id, language, request)
            )
        except (IntegrityError, TanyaError):
            # A key that was used before always fails here, at the latest by its unique constraint.
            # So only refused requests are looked up, and not every new turn.
            joined = await self.find_run(user_id, request)
            if joined is None:
                raise
            return joined

    async def _write_run(
        self, db: AsyncConnection, user_id: int, language: str, request: Request
    ) -> RunOrder:
        now = self._clock()
        run_id = uuid7(now)
        order, allowed = await self._orders.build_order(db, user_id, language, request, run_id, now)
        self._require_room_for(order.priority)
        await self._insert(db, request, order, now)
        # Last, as at a run's end: the same lock order prevents deadlocks.
        most = _ceiling(order, order.choices[0])
        await quota.reserve_quota(
            db,
            user_id,
            run_id,
            order.choices[0].price_class,
            now,
            allowed.access,
            most=most,
            daily_cap=self._daily_cap,
            has_daily=allowed.has_daily,
            group_id=request.group_id if isinstance(request, SendMessage) else None,
        )
        capped = allowed.spending_cap is not None or self._daily_cap is not None
        return _within(order, most) if capped and most is not None else order

    async def _insert(
        self, db: AsyncConnection, request: Request, order: RunOrder, now: datetime
    ) -> None:
        run = order.run
        cipher: Cipher = await self._vault.cipher(db, run.user_id, run.conversation_id)
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


def _ceiling(order: RunOrder, model: Model) -> int | None:
    """The most that the answer may cost with this model; None if unknown."""
    return ceiling(for_model(order.request, model), order.input_tokens)


def _within(order: RunOrder, budget: int) -> RunOrder:
    """The order within this reservation: without more expensive fallbacks."""
    first, *others = order.choices
    fitting = [m for m in others if (most := _ceiling(order, m)) is not None and most <= budget]
    return replace(order, choices=(first, *fitting), budget=budget)


def _fingerprint(request: Request) -> str:
    """A hash of the whole request. It is stored encrypted, since short texts could be guessed from
    it."""
    content = msgspec.json.encode([request_kind(request), request])
    return hashlib.sha256(content).hexdigest()


def _context(run_id: UUID) -> str:
    return f"run:{run_id.hex}"
