"""Imports: a whole copy, or nothing if it is invalid.

A copy is written in pages, each a short transaction, so that a large one does not block the
database; if a later page fails, the earlier ones are deleted again. Ids are the copy's own: the
same copy twice adds nothing the second time.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from backend import files as files_room
from backend.conversations import Asked, Conversation, Message, copies
from backend.db import Database, Vault, is_temporary
from backend.errors import (
    FileRefused,
    FileStorageFull,
    FileTooLarge,
    ImportDamaged,
    ImportForeign,
    ImportOutOfOrder,
    ImportTooLarge,
)
from backend.files import FileService, Upload
from backend.privacy.archive.reading import Copy, has_cycle, read_copy
from backend.privacy.archive.schemas import ConversationLine, FileLine, MessageLine

MAX_IMPORT_BYTES: Final = 50_000_000
"""Largest copy that is taken: any part that the bot sent, or a whole copy of that size."""

Line = TypeVar("Line")


class Imported(Struct, frozen=True):
    """What a copy brought that was not there. `files_left_out`: over the plan's limits, or no
    longer of a kind that is taken."""

    conversations: int
    messages: int
    files: int
    files_left_out: int


class Importer:
    """Takes copies."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        file_service: FileService,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._files = file_service

    async def import_copy(self, user_id: int, data: bytes, language: str) -> Imported:
        """Keep what is in a copy.

        Raises:
            ImportInvalid: it cannot be read as a whole; nothing of it is kept.
        """
        if len(data) > MAX_IMPORT_BYTES:
            raise ImportTooLarge(limit=MAX_IMPORT_BYTES // 1_000_000)
        copy = await asyncio.to_thread(read_copy, data)
        await self._check_tree(user_id, copy)
        for line in copy.files:  # all are read before any is kept
            if line.path is not None:
                await asyncio.to_thread(copy.content, line)
        kept, left_out = await self._keep_files(user_id, copy, language)
        heads, messages = await self._keep_messages(user_id, copy, kept)
        return Imported(heads, messages, len(kept), left_out)

    async def _check_tree(self, user_id: int, copy: Copy) -> None:
        """Every message has its conversation, and none is its own ancestor."""
        if any(is_temporary(one.id) for one in copy.conversations):
            raise ImportForeign  # copies have none: it would be sealed where it does not open
        trees = await asyncio.to_thread(_trees, copy)
        named, heads = list(trees), {one.id for one in copy.conversations}
        for start in range(0, len(named), copies.PAGE):
            async with self._database.snapshot() as db:
                found = await copies.parents_of(db, user_id, named[start : start + copies.PAGE])
            for conversation_id, parents in found.items():
                trees[conversation_id] |= parents
            missing = set(named[start : start + copies.PAGE]) - set(found)
            if missing - heads:
                raise ImportOutOfOrder
        if await asyncio.to_thread(lambda: any(map(has_cycle, trees.values()))):
            raise ImportDamaged

    async def _keep_files(self, user_id: int, copy: Copy, language: str) -> tuple[set[UUID], int]:
        """Read each file again like an upload, ignoring the copy's claims about it. Files without a
        message are deleted after a day."""
        wanted = {one for line in copy.messages for one in line.files}
        kept: set[UUID] = set()
        left_out = 0
        for line in copy.files:
            if line.id not in wanted:
                continue
            try:
                await self._keep_file(user_id, copy, line, language)
                kept.add(line.id)
            except (FileRefused, FileTooLarge, FileStorageFull):
                left_out += 1
        return kept, left_out

    async def _keep_file(self, user_id: int, copy: Copy, line: FileLine, language: str) -> None:
        # A file without content is a page's text.
        has_content = line.path is not None
        data = await asyncio.to_thread(copy.content, line) if has_content else line.text.encode()
        upload = Upload(
            data=data,
            name=line.name if has_content else line.name + ".txt",
            language=language,
            id=line.id,
            transcript=line.text or "–",
        )
        await self._files.store_upload(user_id, upload)

    async def _keep_messages(self, user_id: int, copy: Copy, kept: set[UUID]) -> tuple[int, int]:
        heads: set[UUID] = set()
        messages: set[UUID] = set()
        try:
            for some in _pages(copy.conversations):
                new, _ = await self._page(user_id, some, (), kept)
                heads |= new
            for lines in _pages(copy.messages):
                _, new = await self._page(user_id, (), lines, kept)
                messages |= new
        except BaseException:
            await self._take_out(user_id, list(heads), list(messages))
            raise
        return len(heads), len(messages)

    async def _page(
        self,
        user_id: int,
        heads: Sequence[ConversationLine],
        lines: Sequence[MessageLine],
        kept: set[UUID],
    ) -> tuple[set[UUID], set[UUID]]:
        now = self._clock()
        async with self._database.unit_of_work() as db:
            found = [_head(one) for one in heads], [_message(one) for one in lines]
            new = await copies.import_messages(db, self._vault, user_id, *found)
            for line in lines:
                mine = [one for one in line.files if one in kept]
                if line.id in new[1] and mine:
                    await files_room.attach(
                        db, user_id, line.conversation_id, line.id, dict.fromkeys(mine), now
                    )
        return new

    async def _take_out(
        self, user_id: int, heads: Sequence[UUID], messages: Sequence[UUID]
    ) -> None:
        for start in range(0, max(len(heads), len(messages)), copies.PAGE):
            page = slice(start, start + copies.PAGE)
            async with self._database.unit_of_work() as db:
                await copies.take_out(db, user_id, heads[page], messages[page])


def _trees(copy: Copy) -> dict[UUID, dict[UUID, UUID | None]]:
    """Each message's parent, by conversation."""
    trees: dict[UUID, dict[UUID, UUID | None]] = {one.id: {} for one in copy.conversations}
    for line in copy.messages:
        trees.setdefault(line.conversation_id, {})[line.id] = line.parent_id
    return trees


def _pages(lines: Sequence[Line]) -> list[Sequence[Line]]:
    return [lines[start : start + copies.PAGE] for start in range(0, len(lines), copies.PAGE)]


def _head(line: ConversationLine) -> Conversation:
    return msgspec.convert(line, Conversation, from_attributes=True)


def _message(line: MessageLine) -> Message:
    return Message(
        id=line.id,
        conversation_id=line.conversation_id,
        parent_id=line.parent_id,
        role=line.role,
        text=line.text,
        state=line.state,
        created_at=line.created_at,
        updated_at=line.updated_at,
        model_id=line.model_id,
        error_code=line.error_code,
        citations=line.citations,
        thinking=line.thinking,
        asked=Asked(line.task, line.options, line.search, line.placeholders),
    )
