"""Turns: what is written when an answer starts. `answers.py` has how it grows and ends.

The hot path. Each use case takes the caller's open transaction and needs two or three statements,
so that generation can put a turn's whole bookkeeping into one.
"""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing
from backend.conversations.path import path_to
from backend.conversations.schemas import MAX_TEXT, PLAINLY, Asked, Message, Turn
from backend.conversations.tables import conversations, messages
from backend.db import Cipher, Vault, hot
from backend.errors import (
    AnswerNotContinuable,
    ConversationNotFound,
    InvalidField,
    MessageExists,
    MessageNotFound,
    MessageTooLong,
)
from backend.uuid7 import is_uuid7

_OWN_CONVERSATION = (
    conversations.c.user_id == sa.bindparam("owner"),
    conversations.c.id == sa.bindparam("conversation"),
)
# The order of locks is the same everywhere, conversation before messages: two turns at once
# in one conversation wait for each other instead of deadlocking.
_TOUCH = hot(
    sa.update(conversations)
    .where(*_OWN_CONVERSATION)
    .values(updated_at=sa.bindparam("now"), leaf_id=sa.bindparam("leaf"))
)
_TOUCH_BY_MESSAGE = (
    sa.update(conversations)
    .where(
        conversations.c.user_id == sa.bindparam("owner"),
        conversations.c.id
        == sa.select(messages.c.conversation_id)
        .where(
            messages.c.user_id == sa.bindparam("owner"),
            messages.c.id == sa.bindparam("leaf"),
        )
        .scalar_subquery(),
    )
    .values(updated_at=sa.bindparam("now"), leaf_id=sa.bindparam("leaf"))
)
_CREATE = {
    name: hot(
        made.on_conflict_do_update(
            index_elements=["user_id", "id"],
            set_={"leaf_id": made.excluded.leaf_id, "updated_at": made.excluded.updated_at},
        )
    )
    for name, made in (
        ("sqlite", sqlite.insert(conversations)),
        ("postgresql", postgresql.insert(conversations)),
    )
}
_INSERT = hot(sa.insert(messages))

_CONTINUE = (
    sa.update(messages)
    .where(
        messages.c.user_id == sa.bindparam("owner"),
        messages.c.id == sa.bindparam("message"),
        messages.c.role == "assistant",
        messages.c.state.in_(["stopped", "interrupted", "limited", "failed"]),
    )
    .values(
        state="running",
        run_id=sa.bindparam("run"),
        error_code=None,
        updated_at=sa.bindparam("now"),
    )
)


async def start_turn(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    *,
    conversation_id: UUID,
    message_id: UUID,
    parent_id: UUID | None,
    text: str,
    answer_id: UUID,
    run_id: UUID,
    now: datetime,
    create: bool = False,
    wordless: bool = False,
    asked: Asked = PLAINLY,
) -> Turn:
    """Write what a person said and the empty answer to it.

    A `parent_id` that already has answers makes a branch, as editing does; None starts one at
    the root. `create` makes the conversation unless it is there. `wordless`: the message brings
    files, and may say nothing.

    Raises:
        ConversationNotFound, MessageNotFound: it, or the parent in it, is not the person's.
        InvalidField: blank text, an id that is no UUIDv7, a parent that is no answer.
        MessageTooLong: more than MAX_TEXT characters.
        MessageExists: `message_id` is taken, perhaps by the same request sent twice.
    """
    _check_sent(message_id, text, wordless=wordless)
    await _touch(db, user_id, conversation_id, answer_id, now, create=create)
    history: tuple[Message, ...] = ()
    if parent_id is not None:
        history = await path_to(db, vault, user_id, parent_id, conversation_id)
        if history[-1].role != "assistant":
            raise InvalidField(field="parentId")
    question = Message(
        id=message_id,
        conversation_id=conversation_id,
        parent_id=parent_id,
        role="user",
        text=text,
        state="complete",
        created_at=now,
        updated_at=now,
        asked=asked,
    )
    answer = _empty_answer(answer_id, question, run_id, now)
    await _add(db, await vault.cipher(db, user_id), user_id, question, answer)
    return Turn(conversation_id, (*history, question), answer)


async def regenerate(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    *,
    message_id: UUID,
    answer_id: UUID,
    run_id: UUID,
    now: datetime,
) -> Turn:
    """Start another answer beside `message_id`, to the same question.

    Raises:
        MessageNotFound: it is not an answer of the person's.
        MessageExists: `answer_id` is taken.
    """
    *history, beside = await path_to(db, vault, user_id, message_id)
    if beside.role != "assistant" or not history:
        raise MessageNotFound
    await _touch(db, user_id, beside.conversation_id, answer_id, now)
    answer = _empty_answer(answer_id, history[-1], run_id, now)
    await _add(db, await vault.cipher(db, user_id), user_id, answer)
    return Turn(beside.conversation_id, tuple(history), answer)


async def continue_answer(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    *,
    message_id: UUID,
    run_id: UUID,
    now: datetime,
) -> Turn:
    """Let an answer that ended early go on; its text so far is kept.

    Raises:
        MessageNotFound: the person has no such message.
        AnswerNotContinuable: it is running or complete, or not an answer.
    """
    touched = {"owner": user_id, "leaf": message_id, "now": now}
    if (await db.execute(_TOUCH_BY_MESSAGE, touched)).rowcount == 0:
        raise MessageNotFound
    change = {"owner": user_id, "message": message_id, "run": run_id, "now": now}
    if (await db.execute(_CONTINUE, change)).rowcount == 0:
        raise AnswerNotContinuable
    *history, answer = await path_to(db, vault, user_id, message_id)
    return Turn(answer.conversation_id, tuple(history), answer)


def _check_sent(message_id: UUID, text: str, *, wordless: bool) -> None:
    if not is_uuid7(message_id):
        raise InvalidField(field="id")
    if not wordless and not text.strip():
        raise InvalidField(field="text")
    if len(text) > MAX_TEXT:
        raise MessageTooLong(limit=MAX_TEXT)


async def _touch(
    db: AsyncConnection,
    user_id: int,
    conversation_id: UUID,
    leaf_id: UUID,
    now: datetime,
    *,
    create: bool = False,
) -> None:
    """Move the conversation to the top of the list, its branch to the new answer."""
    if create:
        if not is_uuid7(conversation_id):
            raise InvalidField(field="conversationId")
        row = {
            "user_id": user_id,
            "id": conversation_id,
            "leaf_id": leaf_id,
            "created_at": now,
            "updated_at": now,
        }
        await db.execute(_CREATE[db.dialect.name], row)
        return
    change = {"owner": user_id, "conversation": conversation_id, "leaf": leaf_id, "now": now}
    if (await db.execute(_TOUCH, change)).rowcount == 0:
        raise ConversationNotFound


def _empty_answer(answer_id: UUID, question: Message, run_id: UUID, now: datetime) -> Message:
    # Later than its question even if the clock is not: ordered by time, parents come first.
    now = max(now, question.created_at + timedelta(microseconds=1))
    return Message(
        id=answer_id,
        conversation_id=question.conversation_id,
        parent_id=question.id,
        role="assistant",
        text="",
        state="running",
        created_at=now,
        updated_at=now,
        run_id=run_id,
    )


async def _add(db: AsyncConnection, cipher: Cipher, user_id: int, *added: Message) -> None:
    rows = [
        {
            "user_id": user_id,
            "id": message.id,
            "conversation_id": message.conversation_id,
            "parent_id": message.parent_id,
            "role": message.role,
            "state": message.state,
            "text": sealing.seal_text(cipher, message.id, message.text),
            "asked": sealing.seal_asked(cipher, message.id, message.asked),
            "run_id": message.run_id,
            "created_at": message.created_at,
            "updated_at": message.updated_at,
        }
        for message in added
    ]
    try:
        await db.execute(_INSERT, rows)
    except IntegrityError:
        raise MessageExists from None
