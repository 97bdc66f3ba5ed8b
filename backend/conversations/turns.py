"""Turns: what is written when an answer starts. `answers.py` has how it grows and ends.

The hot path. Each use case takes the caller's open transaction and needs two or three statements,
so that generation can store a whole turn in one transaction.
"""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing, thread
from backend.conversations.path import Branch, Takes, everything, path_to
from backend.conversations.schemas import MAX_TEXT, PLAINLY, Asked, Message, Turn
from backend.conversations.service import is_server_only
from backend.conversations.tables import messages
from backend.db import Cipher, Vault, hot
from backend.errors import (
    AnswerNotContinuable,
    InvalidField,
    MessageExists,
    MessageNotFound,
    MessageTooLong,
)
from backend.uuid7 import is_uuid7

_INSERT = hot(sa.insert(messages))

_CONVERSATION_OF = sa.select(messages.c.conversation_id).where(
    messages.c.user_id == sa.bindparam("owner"),
    messages.c.id == sa.bindparam("message"),
    messages.c.removed_at.is_(None),
)
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
    branch: bool = False,
    create: bool = False,
    server_only: bool = False,
    wordless: bool = False,
    asked: Asked = PLAINLY,
    takes: Takes = everything,
) -> Turn:
    """Write what a person said and the empty answer to it.

    The question goes to the end of the thread, whatever its device saw last; with `branch` after
    `parent_id` (None: to the root), as editing does. `create` makes a missing conversation.
    `wordless`: the message brings files and may be blank. `takes`: how much history is wanted.

    Raises:
        ConversationNotFound, MessageNotFound: it, or the parent in it, is not the person's.
        InvalidField: blank text, an id that is no UUIDv7, a parent that is no answer.
        MessageTooLong: more than MAX_TEXT characters.
        MessageExists: `message_id` is taken, perhaps by the same request sent twice.
    """
    _check_sent(message_id, text, wordless=wordless)
    entered = await thread.enter(db, vault, user_id, conversation_id, now, create=create,
                                 server_only=server_only, answer_id=answer_id)  # fmt: skip
    if parent_id not in (None, entered.leaf):
        await thread.check_answer(db, user_id, conversation_id, parent_id)
    after = parent_id if branch else entered.leaf
    question = _question(message_id, conversation_id, after, text, asked, now)
    return await _write_turn(db, vault, user_id, question, answer_id, run_id, takes, entered)


async def _write_turn(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    question: Message,
    answer_id: UUID,
    run_id: UUID,
    takes: Takes,
    entered: thread.Thread,
) -> Turn:
    chat, after, now = question.conversation_id, question.parent_id, question.created_at
    before = Branch((), whole=True)
    if after is not None:
        before = await path_to(db, vault, user_id, after, chat, takes=takes)
    answer = _empty_answer(answer_id, question, run_id, now)
    cipher = await vault.cipher(db, user_id, chat)
    await _add(db, cipher, user_id, question, answer)
    if not entered.created:
        await thread.move(db, user_id, chat, answer_id, now)
    return Turn(
        chat,
        (*before.messages, question),
        answer,
        whole=before.whole,
        server_only=entered.server_only,
    )


def _question(
    message_id: UUID,
    conversation_id: UUID,
    after: UUID | None,
    text: str,
    asked: Asked,
    now: datetime,
) -> Message:
    return Message(
        id=message_id,
        conversation_id=conversation_id,
        parent_id=after,
        role="user",
        text=text,
        state="complete",
        created_at=now,
        updated_at=now,
        asked=asked,
    )


async def regenerate(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    *,
    message_id: UUID,
    answer_id: UUID,
    run_id: UUID,
    now: datetime,
    takes: Takes = everything,
) -> Turn:
    """Start another answer to the question that `message_id` answers.

    Raises:
        MessageNotFound: it is not an answer of the person's.
        MessageExists: `answer_id` is taken.
    """
    history, beside, whole = await _to_answer(db, vault, user_id, message_id, takes)
    if beside.role != "assistant" or not history:
        raise MessageNotFound
    await thread.move(db, user_id, beside.conversation_id, answer_id, now)
    answer = _empty_answer(answer_id, history[-1], run_id, now)
    cipher = await vault.cipher(db, user_id, beside.conversation_id)
    await _add(db, cipher, user_id, answer)
    server_only = await is_server_only(db, user_id, beside.conversation_id)
    return Turn(beside.conversation_id, history, answer, whole=whole, server_only=server_only)


async def continue_answer(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    *,
    message_id: UUID,
    run_id: UUID,
    now: datetime,
    takes: Takes = everything,
) -> Turn:
    """Continue an answer that ended early; its text is kept.

    Raises:
        MessageNotFound: the person has no such message.
        AnswerNotContinuable: it is running or complete, or not an answer.
    """
    message = {"owner": user_id, "message": message_id}
    conversation_id = (await db.execute(_CONVERSATION_OF, message)).scalar_one_or_none()
    if conversation_id is None:
        raise MessageNotFound
    leaf = await thread.leaf_under(db, user_id, conversation_id, message_id)
    await thread.move(db, user_id, conversation_id, leaf, now)
    change = message | {"run": run_id, "now": now}
    if (await db.execute(_CONTINUE, change)).rowcount == 0:
        raise AnswerNotContinuable
    history, answer, whole = await _to_answer(db, vault, user_id, message_id, takes)
    server_only = await is_server_only(db, user_id, conversation_id)
    return Turn(conversation_id, history, answer, whole=whole, server_only=server_only)


async def _to_answer(
    db: AsyncConnection, vault: Vault, user_id: int, message_id: UUID, takes: Takes
) -> tuple[tuple[Message, ...], Message, bool]:
    """The messages before an answer, with at least its question; the answer; and whether that is
    all."""
    seen: list[Message] = []

    def question_too(message: Message) -> bool:
        seen.append(message)
        return len(seen) == 1 or takes(message)

    branch = await path_to(db, vault, user_id, message_id, takes=question_too)
    *history, answer = branch.messages
    return tuple(history), answer, branch.whole


def _check_sent(message_id: UUID, text: str, *, wordless: bool) -> None:
    if not is_uuid7(message_id):
        raise InvalidField(field="id")
    if not wordless and not text.strip():
        raise InvalidField(field="text")
    if len(text) > MAX_TEXT:
        raise MessageTooLong(limit=MAX_TEXT)


def _empty_answer(answer_id: UUID, question: Message, run_id: UUID, now: datetime) -> Message:
    # The answer is later than its question even if the clock is not, since parents must sort first.
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
