"""What a question brings besides its words: files are joined to it when it is asked, and brought
to the model, with the pages that it links to, once its run has its turn.

Nothing is fetched, opened or loaded while a transaction waits.
"""

import asyncio
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import sources
from backend.billing.plans import Limits
from backend.conversations import Message, Turn
from backend.db import Database, Vault
from backend.errors import PromptTooLong, TanyaError
from backend.generation.context import NO_FILES, Context, fit
from backend.generation.events import Activity, Attachment, Notice
from backend.generation.running import Running
from backend.generation.schemas import Continue, Order, Regenerate, SendMessage, Supplies
from backend.llm import Part
from backend.llm import Turn as SentTurn
from backend.sources import Attached, File, ReadPage, WebPages, links_to_read

PAINT = "image"
"""The task of a question whose answer is a picture."""
READ_PAGE = "read_page"
"""The tool's name in the events that tell of a page being read."""


async def join_files(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    request: SendMessage | Regenerate | Continue,
    turn: Turn,
    limits: Limits,
    now: datetime,
) -> Attached:
    """Make the files that are sent part of their message; the files of the whole conversation.

    Raises:
        TooManyFiles, FileNotFound, InvalidField.
    """
    brought: tuple[File, ...] = ()
    if isinstance(request, SendMessage) and request.files:
        limit = limits.attachments_a_message
        brought = await sources.chosen(db, vault, user_id, request.files, limit)
        ids = [file.id for file in brought]
        await sources.attach(db, user_id, turn.conversation_id, request.id, ids, now)
    if isinstance(request, SendMessage) and len(turn.history) == 1:
        return {request.id: brought} if brought else NO_FILES
    return await sources.of_conversation(db, vault, user_id, turn.conversation_id)


def needs_of(history: tuple[Message, ...], attached: Attached) -> frozenset[str]:
    """What a model must be able to do to answer the last message at all."""
    files = attached.get(history[-1].id, ())
    return frozenset(file.needs for file in files if file.needs is not None)


def links_of(
    request: SendMessage | Regenerate | Continue, turn: Turn, attached: Attached
) -> tuple[str, ...]:
    """The question's links that are still to be read."""
    if isinstance(request, Continue):
        return ()
    question = turn.history[-1]
    known = {file.details.url for file in attached.get(question.id, ())}
    return tuple(
        link for link in links_to_read(question.text, question.asked.task) if link not in known
    )


def supplies_of(
    turn: Turn, attached: Attached, context: Context, links: tuple[str, ...], limits: Limits
) -> Supplies | None:
    """What the order still lacks; None if nothing."""
    if not links and not context.materials:
        return None
    return Supplies(
        history=turn.history,
        plan_tokens=limits.context_tokens,
        attached=attached,
        materials=context.materials,
        links=links,
    )


def is_painting(turn: Turn) -> bool:
    """Whether a picture is asked for; the question keeps how it was asked."""
    return turn.history[-1].asked.task == PAINT


class Supplier:
    """Brings what orders lack."""

    def __init__(self, database: Database, vault: Vault, pages: WebPages | None) -> None:
        self._database = database
        self._vault = vault
        self._pages = pages

    async def bring(self, running: Running) -> None:
        """Fetch pages, load files; the run's order is complete then.

        Raises:
            PageNotRead: the question is links alone, and none of them can be read.
        """
        supplies = running.order.supplies
        if supplies is None:
            return
        if supplies.links and self._pages is not None:
            supplies = await self._with_pages(running, supplies, self._pages)
            running.order = replace(running.order, supplies=supplies)
        if supplies.materials:
            running.order = await self._with_files(running.order, supplies)

    async def _with_pages(self, running: Running, supplies: Supplies, pages: WebPages) -> Supplies:
        found = await asyncio.gather(*(self._read(running, pages, link) for link in supplies.links))
        read = [one for one in found if isinstance(one, ReadPage)]
        unread = {
            link: one
            for link, one in zip(supplies.links, found, strict=True)
            if isinstance(one, TanyaError)
        }
        if not read and supplies.is_links_alone:
            raise next(iter(unread.values()))  # a model could only guess
        for link, error in unread.items():
            running.relay.tell(Notice(error.code, url=link))
        if not read:
            return supplies
        order, question = running.order, supplies.question_id
        user_id, conversation = order.run.user_id, order.run.conversation_id
        async with self._database.unit_of_work() as db:
            kept = await pages.keep(db, self._vault, user_id, conversation, question, read)
        for file in kept:
            running.relay.tell(Attachment(question, file.card))
        return self._made_anew(running, supplies, kept)

    async def _read(self, running: Running, pages: WebPages, link: str) -> ReadPage | TanyaError:
        running.relay.tell(Activity(READ_PAGE, "started", link))
        try:
            return await pages.read(link)
        except TanyaError as error:
            return error
        finally:
            running.relay.tell(Activity(READ_PAGE, "completed", link))

    def _made_anew(self, running: Running, supplies: Supplies, kept: tuple[File, ...]) -> Supplies:
        """The request with room for the pages."""
        order, question = running.order, supplies.question_id
        attached = {**supplies.attached}
        attached[question] = (*attached.get(question, ()), *kept)
        try:
            context = fit(
                supplies.history,
                order.request.model,
                order.request.system,
                plan_tokens=supplies.plan_tokens,
                attached=attached,
            )
        except PromptTooLong as error:  # the question alone fills the window
            running.relay.tell(Notice(error.code))
            return supplies
        running.order = replace(
            order,
            request=replace(
                order.request, turns=context.turns, max_output_tokens=context.answer_tokens
            ),
            message_ids=context.message_ids,
            prompts=(*order.prompts[:1], *context.prompts),
            cut_at=context.cut_at,
        )
        return replace(supplies, materials=context.materials)

    async def _with_files(self, order: Order, supplies: Supplies) -> Order:
        """The request with its files' parts before each message's own words."""
        brought: dict[UUID, list[Part]] = {}
        async with self._database.snapshot() as db:
            for wanted in supplies.materials:
                _, text, content = await sources.read(
                    db, self._vault, order.run.user_id, wanted.file.id
                )
                brought.setdefault(wanted.message_id, []).extend(
                    sources.parts(wanted, text, content)
                )
        turns = [
            SentTurn(turn.role, (*brought.get(message_id, ()), *turn.parts))
            for message_id, turn in zip(order.message_ids, order.request.turns, strict=False)
        ]
        turns += order.request.turns[len(turns) :]
        return replace(
            order,
            request=replace(order.request, turns=tuple(turns)),
            prompts=(*order.prompts, *sources.prompts_of(supplies.materials)),
        )
