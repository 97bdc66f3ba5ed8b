"""Kinds of posts that a group's admins let the bot deal with by itself, and what it does then."""

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
"""`rules`: what breaks another of the group's own rules."""
KNOWN_SECONDS: Final = 5.0
"""How long this process remembers what a group has chosen."""
MOST_KNOWN: Final = 500

_G = bot_groups.c
_CHOSEN = sa.select(_G.automatic, _G.automatic_by).where(_G.chat_id == sa.bindparam("chat"))


class AutomaticActs(Struct, frozen=True):
    """What is done about posts of each kind, and the admin in whose name a model is asked: it is
    their consent and their quota."""

    acts: dict[PostKind, Act]
    by: int


class GroupAutomatic:
    """The rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, tuple[float, AutomaticActs | None]] = {}

    async def of(self, chat_id: int) -> AutomaticActs | None:
        """What a group has chosen; None if it leaves everything to its admins."""
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
        """Do this about posts of a kind from now on, in this admin's name; None: nothing."""
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
    """Nothing is asked in an erased person's name: what they switched on is off."""
    theirs = sa.update(bot_groups).where(_G.automatic_by == user_id)
    await db.execute(theirs.values(automatic=None, automatic_by=None))
