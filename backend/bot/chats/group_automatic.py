"""The kinds of posts that a group's admins let the bot act on automatically, and the acts."""

import time
from typing import Final, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.chats.group_acts import Act
from backend.bot.tables import bot_groups
from backend.db import Database

PostKind: TypeAlias = Literal["spam", "insult", "rules"]
POST_KINDS: Final[tuple[PostKind, ...]] = ("spam", "insult", "rules")
"""`rules`: posts that break another of the group's own rules."""
KNOWN_SECONDS: Final = 5.0
"""For how long this process caches a group's choice."""
MOST_KNOWN: Final = 500

_G = bot_groups.c
_CHOSEN = sa.select(_G.automatic, _G.automatic_by).where(_G.chat_id == sa.bindparam("chat"))


class AutomaticActs(Struct, frozen=True):
    """The act for each kind of post, and the admin on whose behalf a model is asked, with their
    consent and quota."""

    acts: dict[PostKind, Act]
    by: int


class GroupAutomatic:
    """The rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, tuple[float, AutomaticActs | None]] = {}

    async def of(self, chat_id: int) -> AutomaticActs | None:
        """A group's choice; None if everything is left to its admins."""
        known = self._known.get(chat_id)
        if known is not None and time.monotonic() - known[0] < KNOWN_SECONDS:
            return known[1]
        async with self._database.snapshot() as db:
            found = await _chosen(db, chat_id)
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known[chat_id] = time.monotonic(), found
        return found

    async def choose(self, chat_id: int, by: int, kind: PostKind, act: Act | None) -> None:
        """Set the act for a kind of post on behalf of this admin; None turns it off."""
        async with self._database.unit_of_work() as db:
            found = await _chosen(db, chat_id, locked=True)
            acts = {} if found is None else {one: a for one, a in found.acts.items() if one != kind}
            if act is not None:
                acts[kind] = act
            values = {"automatic": msgspec.json.encode(acts).decode(), "automatic_by": by}
            if not acts:
                values = {"automatic": None, "automatic_by": None}
            await db.execute(sa.update(bot_groups).where(_G.chat_id == chat_id).values(values))
        self._known.pop(chat_id, None)


async def _chosen(
    db: AsyncConnection, chat_id: int, *, locked: bool = False
) -> AutomaticActs | None:
    statement = _CHOSEN.with_for_update() if locked else _CHOSEN
    row = (await db.execute(statement, {"chat": chat_id})).one_or_none()
    if row is None or row.automatic is None or row.automatic_by is None:
        return None
    return AutomaticActs(
        msgspec.json.decode(row.automatic, type=dict[PostKind, Act]), row.automatic_by
    )


async def erase_automatic(db: AsyncConnection, user_id: int) -> None:
    """Turn off what an erased person had switched on, since no model is asked on their behalf."""
    theirs = sa.update(bot_groups).where(_G.automatic_by == user_id)
    await db.execute(theirs.values(automatic=None, automatic_by=None))
