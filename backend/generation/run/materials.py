"""Loads a question's files and linked pages once its run leaves the queue.

Nothing is fetched or loaded inside a transaction.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace

from backend import files as files_room
from backend.db import Database, Vault
from backend.errors import PromptTooLong, TanyaError
from backend.files import File, ReadPage, Wanted
from backend.generation.ports import PageReader
from backend.generation.request.context_window import fit_context
from backend.generation.run.running import ActiveRun
from backend.generation.schemas import Brought, Materials, RunOrder
from backend.generation.stream.events import ActivityEvent, AttachmentEvent, NoticeEvent
from backend.llm import ContentSource, ImagePart, Part, PromptTurn, ReceiptSource, TextSource

READ_PAGE = "read_page"
"""The tool's name in the events about reading a page."""


class MaterialLoader:
    """Loads an order's materials."""

    def __init__(self, database: Database, vault: Vault, pages: PageReader) -> None:
        self._database = database
        self._vault = vault
        self._pages = pages

    async def load(self, running: ActiveRun) -> None:
        """Fetch pages and load files; completes the run's order.

        Raises:
            PageNotRead: the question consists of links, and none can be read.
        """
        lacking = running.order.lacking
        if lacking is None:
            return
        if lacking.links:
            lacking = await self._with_pages(running, lacking)
            running.order = replace(running.order, lacking=lacking)
        if lacking.materials:
            running.order = await self._with_files(running.order, lacking)

    async def _with_pages(self, running: ActiveRun, lacking: Materials) -> Materials:
        found = await asyncio.gather(*(self._read(running, link) for link in lacking.links))
        read = [one for one in found if isinstance(one, ReadPage)]
        unread = {
            link: one
            for link, one in zip(lacking.links, found, strict=True)
            if isinstance(one, TanyaError)
        }
        if not read and lacking.is_links_alone:
            raise next(iter(unread.values()))  # a model could only guess
        for link, error in unread.items():
            running.relay.append_event(NoticeEvent(error.code, url=link))
        if not read:
            return lacking
        order, question = running.order, lacking.question_id
        user_id, conversation = order.run.user_id, order.run.conversation_id
        async with self._database.unit_of_work() as db:
            kept = await self._pages.attach_pages(
                db, self._vault, user_id, conversation, question, read
            )
        for file in kept:
            running.relay.append_event(AttachmentEvent(question, file.card))
        return self._made_anew(running, lacking, kept)

    async def _read(self, running: ActiveRun, link: str) -> ReadPage | TanyaError:
        running.relay.append_event(ActivityEvent(READ_PAGE, "started", link))
        try:
            order = running.order
            return await self._pages.read(order.run.user_id, link, order.language)
        except TanyaError as error:
            return error
        finally:
            running.relay.append_event(ActivityEvent(READ_PAGE, "completed", link))

    def _made_anew(
        self, running: ActiveRun, lacking: Materials, kept: tuple[File, ...]
    ) -> Materials:
        """The request with room for the pages."""
        order, question = running.order, lacking.question_id
        attached = {**lacking.attached}
        attached[question] = (*attached.get(question, ()), *kept)
        try:
            context = fit_context(
                lacking.history,
                order.request.model,
                order.request.system,
                plan_tokens=lacking.plan_tokens,
                whole=lacking.whole,
                attached=attached,
            )
        except PromptTooLong as error:  # the question alone fills the window
            running.relay.append_event(NoticeEvent(error.code))
            return lacking
        running.order = replace(
            order,
            request=replace(
                order.request, turns=context.turns, max_output_tokens=context.answer_tokens
            ),
            message_ids=context.message_ids,
            sources=context.sources,
            prompts=(*order.prompts[:1], *context.prompts),
            cut_at=context.cut_at,
        )
        return replace(lacking, materials=context.materials)

    async def _with_files(self, order: RunOrder, lacking: Materials) -> RunOrder:
        """The request with its files' parts before each message's text."""
        brought: dict[UUID, list[Part]] = {}
        sources: dict[UUID, list[ReceiptSource]] = {}
        unjudged: list[Brought] = []
        async with self._database.snapshot() as db:
            for wanted in lacking.materials:
                _, text, content = await files_room.read(
                    db, self._vault, order.run.user_id, wanted.file.id
                )
                parts, source = (
                    files_room.parts(wanted, text, content),
                    _source(wanted, text, content),
                )
                brought.setdefault(wanted.message_id, []).extend(parts)
                sources.setdefault(wanted.message_id, []).append(source)
                if wanted.message_id == order.question_id and wanted.form != "mention":
                    unjudged.append(_to_judge(wanted, source, parts, text))
        turns = [
            PromptTurn(turn.role, (*brought.get(message_id, ()), *turn.parts))
            for message_id, turn in zip(order.message_ids, order.request.turns, strict=False)
        ]
        turns += order.request.turns[len(turns) :]
        return replace(
            order,
            request=replace(order.request, turns=tuple(turns)),
            prompts=(*order.prompts, *files_room.prompts_of(lacking.materials)),
            sources=tuple(_with_sources(order.sources, sources)),
            unjudged=tuple(unjudged),
        )


def _with_sources(
    texts: Iterable[ReceiptSource], brought: Mapping[UUID, Sequence[ReceiptSource]]
) -> Iterator[ReceiptSource]:
    """Files come before the text of their message."""
    for text in texts:
        if text.id is not None:
            yield from brought.get(text.id, ())
        yield text


def _to_judge(wanted: Wanted, source: ReceiptSource, parts: Sequence[Part], text: str) -> Brought:
    """What the model gets, for moderation: a PDF that is sent whole is judged by its text."""
    if wanted.form == "image":
        return Brought(source, picture=next(one for one in parts if isinstance(one, ImagePart)))
    shown = text if wanted.form == "file" else files_room.clipped(text, wanted.max_tokens)
    title = wanted.file.details.name if wanted.file.kind == "page" else ""
    return Brought(source, f"{title}\n{shown}" if title else shown)


def _source(wanted: Wanted, text: str, content: bytes) -> ReceiptSource:
    """The receipt's source for a file in the request."""
    if wanted.form in ("image", "file"):
        return ContentSource(wanted.file.id, content)
    return TextSource("file", wanted.file.id, text if wanted.form == "text" else "")
