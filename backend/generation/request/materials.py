"""A question's files, and its links that must still be read."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backend import files as files_room
from backend.conversations import Message, Turn
from backend.db import Vault
from backend.files import Attached, File, links_to_read
from backend.generation.request.context_window import NO_FILES, ContextWindow
from backend.generation.schemas import Continue, Materials, Regenerate, SendMessage
from backend.llm.prompts import prompting
from backend.plans import Limits

PAINT = "image"
"""The task of a question whose answer is a picture."""


async def join_files(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    request: SendMessage | Regenerate | Continue,
    turn: Turn,
    limits: Limits,
    now: datetime,
) -> Attached:
    """Attach the sent files to their message; returns the conversation's files.

    Raises:
        TooManyFiles, FileNotFound, InvalidField.
    """
    brought: tuple[File, ...] = ()
    if isinstance(request, SendMessage) and request.files:
        limit = limits.attachments_a_message
        brought = await files_room.chosen(db, vault, user_id, request.files, limit)
        ids = [file.id for file in brought]
        await files_room.attach(db, user_id, turn.conversation_id, request.id, ids, now)
    if isinstance(request, SendMessage) and turn.history[-1].parent_id is None:
        return {request.id: brought} if brought else NO_FILES
    return await files_room.of_conversation(db, vault, user_id, turn.conversation_id)


def needs_of(history: tuple[Message, ...], attached: Attached) -> frozenset[str]:
    """The capabilities that a model needs to answer the last message."""
    files = attached.get(history[-1].id, ())
    return frozenset(file.needs for file in files if file.needs is not None)


def pictures_of(turn: Turn, attached: Attached) -> Attached:
    """The question's pictures that are to be edited; nothing else is sent to image models."""
    question = turn.history[-1].id
    return {question: tuple(one for one in attached.get(question, ()) if one.kind == "image")}


def links_of(
    request: SendMessage | Regenerate | Continue, turn: Turn, attached: Attached
) -> tuple[str, ...]:
    """The question's links that are still to be read."""
    if isinstance(request, Continue):
        return ()
    question = turn.history[-1]
    known = {file.details.url for file in attached.get(question.id, ())}
    links = links_to_read(question.text, about_links=prompting.reads_links(question.asked.task))
    return tuple(link for link in links if link not in known)


def materials_of(
    turn: Turn, attached: Attached, context: ContextWindow, links: tuple[str, ...], limits: Limits
) -> Materials | None:
    """The materials that the order still needs; None if there are none."""
    if not links and not context.materials:
        return None
    return Materials(
        history=turn.history,
        whole=turn.whole,
        plan_tokens=limits.context_tokens,
        attached=attached,
        materials=context.materials,
        links=links,
    )


def is_painting(turn: Turn) -> bool:
    """Whether a picture is requested, as stored with the question."""
    return turn.history[-1].asked.task == PAINT
