"""The messages of a group that its admins let the bot store for summaries, for a day at most.

`shared`: the messages of members who agreed with a button; of others only that they wrote. `local`:
everybody's messages, for models of this server only. Messages are sealed under the group's own key,
which is destroyed when the bot is turned off or removed.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.tables import bot_group_messages, bot_group_sharers, bot_groups
from backend.db import Cipher, Database, Vault, insert_new

SHARED: Final = "shared"
LOCAL: Final = "local"
KEPT_FOR: Final = timedelta(hours=23)
"""Older messages are not read; a job deletes them within an hour."""
NEWEST: Final = 500
"""How many messages a summary reads at most."""
KNOWN_SECONDS: Final = 5.0
"""For how long this process caches a group's setting. Another process may have changed it, so it is
read again when a message is stored."""

_M, _S = bot_group_messages.c, bot_group_sharers.c
_HERE = _M.chat_id == sa.bindparam("chat")
_KEEPS = sa.select(bot_groups.c.keeps).where(bot_groups.c.chat_id == sa.bindparam("chat"))
_SHARES = sa.select(_S.since).where(
    _S.user_id == sa.bindparam("user"), _S.chat_id == sa.bindparam("chat")
)
# Locked, so that a message and a withdrawal of consent are stored one after the other.
_KEEPS_NOW = _KEEPS.with_for_update(read=True)
_SHARES_NOW = _SHARES.with_for_update(read=True)
_MINE = (_HERE, _M.user_id == sa.bindparam("user"))


class GroupLine(Struct, frozen=True):
    """A stored message. Without `text` its author has not agreed, and is unknown."""

    number: int
    user_id: int | None
    text: str | None
    sent_at: datetime


class KeptCounts(Struct, frozen=True):
    """How many messages are stored, how many of them are the person's, and whether they share
    them."""

    all: int
    own: int
    sharers: int
    shares: bool


class GroupMemory:
    """The rows. `bot_id` identifies the bot's own messages, which are not stored."""

    def __init__(
        self, database: Database, vault: Vault, clock: Callable[[], datetime], bot_id: int
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._bot_id = bot_id
        self._known: dict[int, tuple[float, str | None]] = {}

    async def keeps(self, chat_id: int) -> str | None:
        """Whose messages the group's admins let the bot store; None for nobody's."""
        known = self._known.get(chat_id)
        if known is not None and time.monotonic() - known[0] < KNOWN_SECONDS:
            return known[1]
        async with self._database.snapshot() as db:
            found: str | None = (await db.execute(_KEEPS, {"chat": chat_id})).scalar_one_or_none()
        if len(self._known) > NEWEST:
            self._known.clear()
        self._known[chat_id] = time.monotonic(), found
        return found

    async def set_storage(self, chat_id: int, whose: str | None) -> None:
        """Store these people's messages from now on. Earlier ones are deleted, since other terms
        applied to them."""
        self._known.pop(chat_id, None)
        async with self._database.unit_of_work() as db:
            this = bot_groups.c.chat_id == chat_id
            await db.execute(sa.update(bot_groups).where(this).values(keeps=whose))
            await db.execute(sa.delete(bot_group_messages).where(_HERE), {"chat": chat_id})

    async def store_message(self, update: dict[str, Any]) -> None:
        """Store a group's message, or the edit of a stored one, if its admins want that. Commands,
        the bot's own messages and messages without text are not stored."""
        edited = update.get("edited_message")
        message: dict[str, Any] = edited or update.get("message") or {}
        text = _words(message)
        if not text or await self.keeps(message["chat"]["id"]) is None:
            return
        sender = message.get("from") or {}
        if sender.get("id") == self._bot_id:
            return
        hidden = "sender_chat" in message or sender.get("is_bot") is True
        person = None if hidden else sender.get("id")
        await self._store(message, person, text, is_edit=edited is not None)

    async def _store(
        self, message: dict[str, Any], person: int | None, text: str, *, is_edit: bool
    ) -> None:
        chat_id, number = message["chat"]["id"], message["message_id"]
        async with self._database.unit_of_work() as db:
            whose = (await db.execute(_KEEPS_NOW, {"chat": chat_id})).scalar_one_or_none()
            if whose is None:
                return
            if whose == SHARED and not await _shares(db, person, chat_id):
                person, text = None, ""
            sealed = None
            if text:
                cipher = await self._vault.cipher(db, chat_id)
                sealed = cipher.seal(text, _context(chat_id, number))
            this = sa.and_(_M.chat_id == chat_id, _M.number == number)
            if is_edit:
                kept = sa.and_(this, _M.user_id == person)
                await db.execute(sa.update(bot_group_messages).where(kept).values(body=sealed))
                return
            thread = message.get("message_thread_id") if message.get("is_topic_message") else 0
            row = {
                "chat_id": chat_id,
                "number": number,
                "thread_id": thread or 0,
                "user_id": person,
                "body": sealed,
                "sent_at": datetime.fromtimestamp(message["date"], UTC),
            }
            await db.execute(insert_new(db, bot_group_messages), row)

    async def share(self, user_id: int, chat_id: int, *, shares: bool) -> None:
        """Let the person's messages be sent from now on, or not; then theirs are deleted at
        once."""
        async with self._database.unit_of_work() as db:
            if shares:
                row = {"user_id": user_id, "chat_id": chat_id, "since": self._clock()}
                await db.execute(insert_new(db, bot_group_sharers), row)
            else:
                mine = (_S.user_id == user_id, _S.chat_id == chat_id)
                await db.execute(sa.delete(bot_group_sharers).where(*mine))
                await _delete_own(db, user_id, chat_id)

    async def erase(self, chat_id: int, user_id: int | None = None) -> None:
        """Delete the stored messages of one member, or all."""
        async with self._database.unit_of_work() as db:
            if user_id is None:
                await db.execute(sa.delete(bot_group_messages).where(_HERE), {"chat": chat_id})
            else:
                await _delete_own(db, user_id, chat_id)

    async def counts(self, chat_id: int, user_id: int) -> KeptCounts:
        """How many messages are stored."""
        values = {"chat": chat_id, "user": user_id}
        fresh = _M.sent_at > self._clock() - KEPT_FOR
        count = sa.select(sa.func.count())
        sharing = count.select_from(bot_group_sharers).where(_S.chat_id == chat_id)
        async with self._database.snapshot() as db:
            whole = count.select_from(bot_group_messages).where(_HERE, fresh)
            own = count.select_from(bot_group_messages).where(*_MINE, fresh)
            return KeptCounts(
                (await db.execute(whole, values)).scalar_one(),
                (await db.execute(own, values)).scalar_one(),
                (await db.execute(sharing)).scalar_one(),
                (await db.execute(_SHARES, values)).first() is not None,
            )

    async def lines(
        self, chat_id: int, thread_id: int, since: timedelta, after: int = 0
    ) -> Sequence[GroupLine]:
        """The newest messages of a topic, oldest first: those not older than this, after the
        message with the number `after`."""
        begin = self._clock() - min(since, KEPT_FOR)
        here = (_M.chat_id == chat_id, _M.thread_id == thread_id)
        newest = (
            sa.select(bot_group_messages)
            .where(*here, _M.sent_at > begin, _M.number >= after)
            .order_by(_M.number.desc())
            .limit(NEWEST)
        )
        async with self._database.snapshot() as db:
            rows = (await db.execute(newest)).all()
            cipher = await self._vault.cipher(db, chat_id) if rows else None
        return [_line(row, cipher) for row in reversed(rows)]

    async def clear_old(self) -> None:
        """Delete expired messages."""
        old = _M.sent_at < self._clock() - KEPT_FOR
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(bot_group_messages).where(old))


def _words(message: dict[str, Any]) -> str:
    """The text of a message that may be stored; empty for a command."""
    entities = message.get("entities") or ()
    if any(isinstance(one, dict) and one.get("type") == "bot_command" for one in entities):
        return ""
    text = message.get("text") or message.get("caption")
    return text if isinstance(text, str) else ""


def _line(row: Any, cipher: Cipher | None) -> GroupLine:
    text = None
    if row.body is not None and cipher is not None:
        text = cipher.open(row.body, _context(row.chat_id, row.number))
    return GroupLine(row.number, row.user_id, text, row.sent_at)


def _context(chat_id: int, number: int) -> str:
    return f"group message:{chat_id}:{number}"


async def _shares(db: AsyncConnection, user_id: int | None, chat_id: int) -> bool:
    if user_id is None:
        return False
    return (await db.execute(_SHARES_NOW, {"user": user_id, "chat": chat_id})).first() is not None


async def _delete_own(db: AsyncConnection, user_id: int, chat_id: int) -> None:
    values = {"user": user_id, "chat": chat_id}
    await db.execute(sa.delete(bot_group_messages).where(*_MINE), values)


async def export_kept(db: AsyncConnection, vault: Vault, user_id: int) -> list[dict[str, Any]]:
    """The stored messages of a person in groups, as JSON-ready values."""
    found = sa.select(bot_group_messages).where(_M.user_id == user_id)
    kept = []
    for row in (await db.execute(found)).all():
        line = _line(row, await vault.cipher(db, row.chat_id))
        kept.append({"chatId": str(row.chat_id), "number": str(row.number), "text": line.text})
    return kept


async def export_sharing(db: AsyncConnection, user_id: int) -> list[str]:
    """The groups in which the person shares their messages."""
    found = sa.select(_S.chat_id).where(_S.user_id == user_id)
    return [str(chat) for chat in (await db.execute(found)).scalars()]


async def erase_kept(db: AsyncConnection, user_id: int) -> None:
    """Delete a person's messages in groups, and their consent."""
    await db.execute(sa.delete(bot_group_messages).where(_M.user_id == user_id))
    await db.execute(sa.delete(bot_group_sharers).where(_S.user_id == user_id))


async def forget_group(db: AsyncConnection, vault: Vault, chat_id: int, now: datetime) -> None:
    """Delete everything stored of a group, and its key."""
    await db.execute(sa.delete(bot_group_messages).where(_M.chat_id == chat_id))
    await db.execute(sa.delete(bot_group_sharers).where(_S.chat_id == chat_id))
    await vault.forget(db, chat_id, now)


async def move_group(db: AsyncConnection, chat_id: int, new: int) -> None:
    """Move a group that became a supergroup. Its messages have new numbers, so stored ones are
    deleted; members' consent is kept."""
    await db.execute(sa.delete(bot_group_messages).where(_M.chat_id == chat_id))
    await db.execute(sa.delete(bot_group_sharers).where(_S.chat_id == new))
    moved = sa.update(bot_group_sharers).where(_S.chat_id == chat_id)
    await db.execute(moved.values(chat_id=new))
