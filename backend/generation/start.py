"""The start of a run: in one transaction the messages, the run and the quota's reservation.

The client's key makes it idempotent: the same key with the same content joins the run that it
began, be it an hour ago; with other content it is refused.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.billing import quota
from backend.db import Cipher, Database, Vault
from backend.errors import (
    IdempotencyConflict,
    ImagesNotAvailable,
    ImagesNotInPlan,
    InvalidField,
    MessageExists,
    SearchNotInPlan,
    TaskUnknown,
)
from backend.generation.choice import choose, choose_painter
from backend.generation.context import NO_FILES, Context, fit, holds
from backend.generation.ports import Models, Painters, People
from backend.generation.schemas import Continue, Kind, Order, Regenerate, Run, SendMessage
from backend.generation.supplies import (
    PAINT,
    is_painting,
    join_files,
    links_of,
    needs_of,
    supplies_of,
)
from backend.generation.tables import runs
from backend.generation.views import start_payload
from backend.llm import ChatRequest, Model, Search, prompting
from backend.sources import Attached
from backend.uuid7 import is_uuid7, uuid7

Request: TypeAlias = SendMessage | Regenerate | Continue

_FIND = sa.select(
    runs.c.id, runs.c.request_seal, runs.c.conversation_id, runs.c.message_id, runs.c.state
).where(runs.c.user_id == sa.bindparam("user"), runs.c.client_key == sa.bindparam("key"))
_INSERT = sa.insert(runs)


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
    ) -> None:
        self._painters = painters
        self._database = database
        self._vault = vault
        self._models = models
        self._people = people
        self._owner_id = owner_id
        self._clock = clock

    async def find(self, user_id: int, request: Request) -> Run | None:
        """The run that this key has begun.

        Raises:
            IdempotencyConflict: it was begun with other content.
        """
        async with self._database.snapshot() as db:
            return await self._joined(db, user_id, request)

    async def start(self, user_id: int, language: str, request: Request) -> Order | Run:
        """A new run's order, or the run that the same request has begun already.

        Raises:
            TanyaError: as conversations and billing refuse; nothing was written then.
        """
        try:
            async with self._database.unit_of_work() as db:
                joined = await self._joined(db, user_id, request)
                return joined or await self._begin(db, user_id, language, request)
        except (IntegrityError, MessageExists):
            # The same request at the same moment was faster, or the id is somebody's message.
            joined = await self.find(user_id, request)
            if joined is None:
                raise
            return joined

    async def _joined(self, db: AsyncConnection, user_id: int, request: Request) -> Run | None:
        if not is_uuid7(request.id):
            raise InvalidField(field="id")
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

    async def _begin(
        self, db: AsyncConnection, user_id: int, language: str, request: Request
    ) -> Order:
        now = self._clock()
        run_id = uuid7(now)
        allowed = await quota.allowed_models(db, user_id, now)
        preferences = await self._people.preferences(db, user_id)
        wanted = None if isinstance(request, Continue) else request.model_id
        if isinstance(request, SendMessage):
            _check_task(request)
        turn = await self._turn(db, user_id, request, run_id, now)
        search = _search(request, turn, allowed)
        attached = await join_files(db, self._vault, user_id, request, turn, allowed.limits, now)
        paints = is_painting(request, attached)
        if paints:
            choices = self._painter(allowed, wanted)
            turn = msgspec.structs.replace(turn, history=turn.history[-1:])
            system = prompting.Rendered("", "")
        else:
            choices = choose(
                self._models,
                allowed.model_classes,
                wanted=wanted,
                preferred=preferences.model_id,
                needs=needs_of(turn.history, attached) | ({"search"} if search else set()),
            )
            system = prompting.system(
                choices[0], now.date(), instructions=preferences.custom_instructions
            )
        limits = allowed.limits
        partial = turn.answer if isinstance(request, Continue) else None
        context = fit(
            turn.history,
            choices[0],
            system.text,
            plan_tokens=limits.context_tokens,
            partial=partial,
            attached=NO_FILES if paints else attached,
        )
        choices = (choices[0], *(m for m in choices[1:] if holds(m, context)))
        links = () if paints else links_of(request, turn, attached)
        question = ChatRequest(
            model=choices[0],
            system=system.text,
            turns=context.turns,
            max_output_tokens=context.answer_tokens,
            search=search,
        )
        order = _order(
            request, user_id, language, turn, run_id, choices, question, context, attached
        )
        order = msgspec.structs.replace(
            order,
            prompts=(system.version, *context.prompts) if system.version else (),
            priority=limits.priority,
            daily_limit=limits.messages_a_day,
            paints=paints,
            wants_title=order.wants_title and not paints,
            supplies=supplies_of(turn, attached, context, links, limits),
        )
        await self._insert(db, request, order, now)
        # Last, as at a run's end, so that the two never wait for each other's rows.
        await quota.reserve(db, user_id, run_id, choices[0].price_class, now, allowed.access)
        return order

    def _painter(self, allowed: quota.Allowed, wanted: str | None) -> tuple[Model, ...]:
        """Who makes the picture.

        Raises:
            ImagesNotAvailable: nobody here.
            ImagesNotInPlan: not for this person.
        """
        if self._painters is None or not self._painters.painters:
            raise ImagesNotAvailable
        if not allowed.limits.images:
            raise ImagesNotInPlan(plan=allowed.plan_id)
        return choose_painter(self._painters.painters, allowed.model_classes, wanted)

    async def _turn(
        self, db: AsyncConnection, user_id: int, request: Request, run_id: UUID, now: datetime
    ) -> conversations.Turn:
        vault = self._vault
        match request:
            case SendMessage():
                return await conversations.start_turn(
                    db,
                    vault,
                    user_id,
                    conversation_id=request.conversation_id,
                    message_id=request.id,
                    parent_id=request.parent_id,
                    text=request.text,
                    answer_id=uuid7(now),
                    run_id=run_id,
                    now=now,
                    create=request.create,
                    wordless=bool(request.files),
                    asked=request.asked,
                )
            case Regenerate():
                return await conversations.regenerate(
                    db,
                    vault,
                    user_id,
                    message_id=request.message_id,
                    answer_id=uuid7(now),
                    run_id=run_id,
                    now=now,
                )
            case Continue():
                return await conversations.continue_answer(
                    db, vault, user_id, message_id=request.message_id, run_id=run_id, now=now
                )

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


def _order(
    request: Request,
    user_id: int,
    language: str,
    turn: conversations.Turn,
    run_id: UUID,
    choices: tuple[Model, ...],
    asked: ChatRequest,
    context: Context,
    attached: Attached,
) -> Order:
    answer = turn.answer
    question = turn.history[-1] if isinstance(request, SendMessage) else None
    files = attached.get(request.id, ())
    return Order(
        run=Run(
            id=run_id,
            user_id=user_id,
            conversation_id=turn.conversation_id,
            message_id=answer.id,
        ),
        kind=_kind(request),
        language=language,
        choices=choices,
        request=asked,
        message_ids=context.message_ids,
        start=start_payload(run_id, turn.conversation_id, question, answer, files),
        base=answer.text,
        base_citations=answer.citations,
        cut_at=context.cut_at,
        wants_title=question is not None and len(turn.history) == 1,
    )


def _check_task(request: SendMessage) -> None:
    """Refuse a task that there is not, or options that are not its own.

    Raises:
        TaskUnknown.
    """
    if request.task is None or request.task == PAINT:
        if request.options:
            raise TaskUnknown(task=request.task or "", option=min(request.options))
        return
    prompting.task(request.task, request.text, **request.options)


def _search(request: Request, turn: conversations.Turn, allowed: quota.Allowed) -> Search | None:
    """The search that the question asks for; going on with an answer needs none.

    Raises:
        SearchNotInPlan: not for this person.
    """
    if isinstance(request, Continue) or not turn.history[-1].asked.search:
        return None
    if not allowed.limits.searches:
        raise SearchNotInPlan(plan=allowed.plan_id)
    return Search(web=True, x=True, required=True)


def _kind(request: Request) -> Kind:
    match request:
        case SendMessage():
            return "send"
        case Regenerate():
            return "regenerate"
        case Continue():
            return "continue"


def _fingerprint(request: Request) -> str:
    """A hash of all that was asked. It is stored sealed: short texts could be guessed from it."""
    content = msgspec.json.encode([_kind(request), request])
    return hashlib.sha256(content).hexdigest()


def _context(run_id: UUID) -> str:
    return f"run:{run_id.hex}"
