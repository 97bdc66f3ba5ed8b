"""Writes a request's messages and the empty answer into the conversation."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.db import Vault, is_temporary
from backend.errors import QuestionRefused, TaskUnknown, TemporaryTakesNoFiles
from backend.generation.request.materials import PAINT
from backend.generation.schemas import Continue, Regenerate, RunKind, SendMessage
from backend.llm.prompts import prompting
from backend.uuid7 import uuid7

Request: TypeAlias = SendMessage | Regenerate | Continue


async def write_turn(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    request: Request,
    run_id: UUID,
    now: datetime,
    takes: conversations.Takes,
) -> conversations.Turn:
    """Write the turn; returns it with as much history as `takes` accepts, without earlier questions
    that were refused, so that they are not sent with later ones.

    Raises:
        TanyaError: as conversations refuses.
    """
    return _without_refused(await _write(db, vault, user_id, request, run_id, now, takes))


async def _write(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    request: Request,
    run_id: UUID,
    now: datetime,
    takes: conversations.Takes,
) -> conversations.Turn:
    match request:
        case SendMessage():
            return await _write_question(db, vault, user_id, request, run_id, now, takes)
        case Regenerate(message_id=message_id):
            return await conversations.regenerate(
                db,
                vault,
                user_id,
                message_id=message_id,
                answer_id=uuid7(now),
                run_id=run_id,
                now=now,
                takes=takes,
            )
        case Continue(message_id=message_id):
            return await conversations.continue_answer(
                db, vault, user_id, message_id=message_id, run_id=run_id, now=now, takes=takes
            )


def check_temporary(request: Request, turn: conversations.Turn) -> None:
    """Raises TemporaryTakesNoFiles if the request would keep a file in a temporary conversation."""
    brings = isinstance(request, SendMessage) and bool(request.files)
    paints = turn.history[-1].asked.task == PAINT
    if is_temporary(turn.conversation_id) and (brings or paints):
        raise TemporaryTakesNoFiles


def check_task(request: SendMessage) -> None:
    """Refuse an unknown task, or options that it does not have.

    Raises:
        TaskUnknown.
    """
    if request.task is None or request.task == PAINT:
        if request.options:
            raise TaskUnknown(task=request.task or "", option=min(request.options))
        return
    prompting.task(request.task, request.text, **request.options)


def _without_refused(turn: conversations.Turn) -> conversations.Turn:
    *before, question = turn.history
    refused = {one.parent_id for one in before if one.error_code == QuestionRefused.code}
    if not refused:
        return turn
    kept = [
        one for one in before if one.id not in refused and one.error_code != QuestionRefused.code
    ]
    return replace(turn, history=(*kept, question))


async def _write_question(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    request: SendMessage,
    run_id: UUID,
    now: datetime,
    takes: conversations.Takes,
) -> conversations.Turn:
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
        branch=request.branch,
        create=request.create,
        server_only=request.server_only,
        wordless=bool(request.files),
        asked=request.asked,
        takes=takes,
    )


def request_kind(request: Request) -> RunKind:
    """The kind of a request."""
    match request:
        case SendMessage():
            return "send"
        case Regenerate():
            return "regenerate"
        case Continue():
            return "continue"
