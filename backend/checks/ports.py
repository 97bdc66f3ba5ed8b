"""Protocols for what checks need from other rooms, besides `generation/ports.py`."""

from typing import Protocol
from uuid import UUID

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection


class SourcePage(Struct, frozen=True):
    """A page that was read: the address it was found at, its title and all of its words."""

    url: str
    title: str
    text: str


class SourceReader(Protocol):
    """Reads the page that a model names (files' room)."""

    async def read(self, user_id: int, address: str, language: str) -> SourcePage:
        """The page; `language` is the person's.

        Raises:
            PageNotRead: the subclass says why.
            ServerBusy: too much is being read.
        """
        ...


class RecipeKeeper(Protocol):
    """Stores recipes of requests (privacy's room)."""

    async def forget_recipes(self, db: AsyncConnection, user_id: int, run_id: UUID) -> None:
        """Delete a check's recipes; its receipts stay."""
        ...
