"""Helpers that fill a database with conversations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend import conversations as room
from backend.conversations.path import everything
from backend.db import Database, Vault
from backend.uuid7 import uuid7
from tests.conftest import Clock

ANN, BEN = 42, 7


@dataclass
class Talk:
    """One person's conversations; each call is a transaction of its own."""

    database: Database
    vault: Vault
    clock: Clock
    user_id: int = ANN

    async def say(
        self,
        text: str,
        conversation_id: UUID | None = None,
        parent_id: UUID | None = None,
        *,
        message_id: UUID | None = None,
        branch: bool = False,
        takes: room.Takes = everything,
    ) -> room.Turn:
        """Start a turn, in a new conversation unless one is named."""
        async with self.database.unit_of_work() as db:
            return await room.start_turn(
                db,
                self.vault,
                self.user_id,
                conversation_id=conversation_id or uuid7(self.clock()),
                message_id=message_id or uuid7(self.clock()),
                parent_id=parent_id,
                text=text,
                answer_id=uuid7(self.clock()),
                run_id=uuid7(self.clock()),
                now=self.clock(),
                branch=branch,
                create=conversation_id is None,
                takes=takes,
            )

    async def finish(
        self, turn: room.Turn, text: str, state: room.State = "complete", **more: object
    ) -> bool:
        """End a turn's answer."""
        answer = turn.answer
        assert answer.run_id is not None
        async with self.database.unit_of_work() as db:
            return await room.finish_message(
                db,
                self.vault,
                self.user_id,
                turn.conversation_id,
                answer.id,
                answer.run_id,
                text=text,
                state=state,
                now=self.clock(),
                **more,  # type: ignore[arg-type]
            )

    async def tree(self, conversation_id: UUID) -> dict[UUID, room.Message]:
        """All messages of a conversation by id."""
        async with self.database.snapshot() as db:
            found = await room.get_messages(db, self.vault, self.user_id, conversation_id)
        return {message.id: message for message in found}

    async def conversation(self, conversation_id: UUID) -> room.Conversation:
        """One conversation."""
        async with self.database.snapshot() as db:
            return await room.get_conversation(db, self.vault, self.user_id, conversation_id)

    async def page(self, after: str | None = None, limit: int = 30, q: str = "") -> room.Page:
        """One page of the list or of a search."""
        async with self.database.snapshot() as db:
            return await room.search_conversations(
                db, self.vault, self.user_id, q, after=after, limit=limit
            )

    async def pages(self, limit: int = 30, q: str = "") -> list[room.Conversation]:
        """All pages together."""
        items: list[room.Conversation] = []
        cursor: str | None = None
        while True:
            page = await self.page(cursor, limit, q)
            items += page.items
            if (cursor := page.next_cursor) is None:
                return items


def moment_of(item: room.Conversation) -> tuple[bool, datetime, bytes]:
    """What the list is ordered by."""
    return item.pinned, item.updated_at, item.id.bytes
