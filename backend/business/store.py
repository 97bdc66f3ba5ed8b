"""Accounts, chats and drafts in the database. People can only access their own."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.business import sealing
from backend.business.decisions import OWNER_PAUSE
from backend.business.knowledge import BusinessKnowledge
from backend.business.overview import DAYS, BusinessOverview, count_day
from backend.business.schemas import (
    AccountChange,
    BusinessAccount,
    CustomerChat,
    DraftEnd,
    InboxFigures,
    Line,
    ReplyDraft,
)
from backend.business.tables import (
    business_accounts,
    business_chats,
    business_days,
    business_drafts,
)
from backend.db import Database, Vault, insert, insert_new

LINES: Final = 16
"""How many messages of a chat are stored."""
KEPT_FOR: Final = timedelta(days=7)
"""For how long a chat's messages and drafts are stored after its last message."""

_ACCOUNT, _CHAT, _DRAFT = business_accounts.c, business_chats.c, business_drafts.c
_BY_CONNECTION = sa.select(business_accounts).where(
    _ACCOUNT.connection_id == sa.bindparam("connection")
)
_BY_OWNER = sa.select(business_accounts).where(_ACCOUNT.user_id == sa.bindparam("user"))
_THIS = (_CHAT.user_id == sa.bindparam("user"), _CHAT.customer_id == sa.bindparam("customer"))


class BusinessInbox:
    """The use cases."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self.knowledge = BusinessKnowledge(database, vault, clock)
        self.overview = BusinessOverview(database, vault, clock)

    async def connect(
        self, user_id: int, connection_id: str, *, enabled: bool, can_reply: bool
    ) -> None:
        """Store Telegram's data about a connection; nothing is read before the owner has chosen a
        mode."""
        values = {"connection_id": connection_id, "enabled": enabled, "can_reply": can_reply}
        async with self._database.unit_of_work() as db:
            row = {"user_id": user_id, "connected_at": self._clock(), **values}
            made = insert(db, business_accounts).values(row)
            await db.execute(made.on_conflict_do_update(index_elements=["user_id"], set_=values))

    async def by_connection(self, connection_id: str) -> BusinessAccount | None:
        """The account of a connection."""
        return await self._account(_BY_CONNECTION, {"connection": connection_id})

    async def of_owner(self, user_id: int) -> BusinessAccount | None:
        """The person's connected account."""
        return await self._account(_BY_OWNER, {"user": user_id})

    async def _account(self, statement: Any, values: dict[str, Any]) -> BusinessAccount | None:
        async with self._database.snapshot() as db:
            row = (await db.execute(statement, values)).first()
            if row is None:
                return None
            return sealing.to_account(row, await self._vault.cipher(db, row.user_id))

    async def change(self, user_id: int, wanted: AccountChange) -> None:
        """Change the owner's settings."""
        async with self._database.unit_of_work() as db:
            values: dict[str, Any] = {}
            if wanted.mode is not UNSET:
                values["mode"] = wanted.mode
            if wanted.stays_here is not UNSET:
                values["stays_here"] = wanted.stays_here
            if wanted.authorised is not UNSET:
                values["authorised"] = ",".join(sorted(wanted.authorised))
            if wanted.knowledge is not UNSET:
                cipher = await self._vault.cipher(db, user_id)
                values["knowledge"] = sealing.seal_knowledge(cipher, user_id, wanted.knowledge)
            if wanted.handover is not UNSET:
                cipher = await self._vault.cipher(db, user_id)
                values["handover"] = sealing.seal_handover(cipher, user_id, wanted.handover)
            if wanted.away is not UNSET:
                start, end, zone = wanted.away
                values |= {"away_from": start, "away_to": end, "time_zone": zone}
            if values:
                this = _ACCOUNT.user_id == user_id
                await db.execute(sa.update(business_accounts).where(this).values(**values))

    async def add_message(
        self, user_id: int, customer_id: int, line: Line, name: str = ""
    ) -> CustomerChat:
        """Store a message and the customer's name. The owner's own message pauses the chat and
        closes open drafts."""
        now = self._clock()
        async with self._database.unit_of_work() as db:
            chat = await self._chat(db, user_id, customer_id)
            kept = tuple(one for one in chat.history if one.number != line.number)
            values: dict[str, Any] = {"changed_at": now}
            if line.customer:
                values["heard_at"] = now
                cipher = await self._vault.cipher(db, user_id)
                values["name"] = sealing.seal_name(cipher, user_id, customer_id, name)
                await count_day(db, user_id, now, received=1)
            else:
                values["paused_until"] = now + OWNER_PAUSE
                await self._end_drafts(db, user_id, customer_id)
            lines = sorted((*kept, line), key=lambda one: one.number)[-LINES:]
            await self._write(db, user_id, customer_id, lines, values)
            return await self._chat(db, user_id, customer_id)

    async def add_reply(self, user_id: int, customer_id: int, number: int, text: str) -> None:
        """Store a message that was sent in the owner's name."""
        now = self._clock()
        line = Line(number, False, text, int(now.timestamp()))
        async with self._database.unit_of_work() as db:
            chat = await self._chat(db, user_id, customer_id)
            lines = (*chat.history, line)[-LINES:]
            await self._write(db, user_id, customer_id, lines, {"introduced": True})

    async def correct(self, user_id: int, customer_id: int, line: Line) -> None:
        """Update an edited message; one that is not stored stays away."""
        async with self._database.unit_of_work() as db:
            chat = await self._chat(db, user_id, customer_id)
            lines = [line if one.number == line.number else one for one in chat.history]
            if chat.history:
                await self._write(db, user_id, customer_id, lines, {})

    async def forget_lines(self, user_id: int, customer_id: int, numbers: Iterable[int]) -> None:
        """Delete the stored text of deleted messages, and drafts made from them."""
        gone = set(numbers)
        async with self._database.unit_of_work() as db:
            chat = await self._chat(db, user_id, customer_id)
            lines = [one for one in chat.history if one.number not in gone]
            if len(lines) < len(chat.history):
                await self._write(db, user_id, customer_id, lines, {})
                await self._end_drafts(db, user_id, customer_id)

    async def pause(self, user_id: int, customer_id: int, until: datetime | None) -> None:
        """Pause drafts and answers in a chat until then; None resumes."""
        values = {"user": user_id, "customer": customer_id}
        async with self._database.unit_of_work() as db:
            await db.execute(
                sa.update(business_chats).where(*_THIS).values(paused_until=until), values
            )

    async def count_answer(self, user_id: int, customer_id: int) -> None:
        """Count a draft or answer of today."""
        async with self._database.unit_of_work() as db:
            chat = await self._chat(db, user_id, customer_id)
            today = {"answered_on": self._clock().date(), "answered": chat.answered + 1}
            await self._write(db, user_id, customer_id, chat.history, today)

    async def erase_customer(self, user_id: int, customer_id: int) -> None:
        """Delete everything about a customer: their messages, the replies, and open drafts."""
        values = {"user": user_id, "customer": customer_id}
        async with self._database.unit_of_work() as db:
            waiting = (_DRAFT.user_id == user_id, _DRAFT.customer_id == customer_id)
            await db.execute(sa.delete(business_drafts).where(*waiting))
            await db.execute(sa.delete(business_chats).where(*_THIS), values)

    async def clear_old(self) -> None:
        """Delete expired chats and drafts."""
        old = _CHAT.changed_at < self._clock() - KEPT_FOR
        async with self._database.unit_of_work() as db:
            gone = sa.select(_CHAT.user_id, _CHAT.customer_id).where(old)
            for row in (await db.execute(gone)).all():
                these = (_DRAFT.user_id == row.user_id, _DRAFT.customer_id == row.customer_id)
                await db.execute(sa.delete(business_drafts).where(*these))
            await db.execute(sa.delete(business_chats).where(old))
            past = business_days.c.day < (self._clock() - timedelta(days=DAYS)).date()
            await db.execute(sa.delete(business_days).where(past))

    # Drafts

    async def propose(self, user_id: int, customer_id: int, draft_id: UUID, text: str) -> None:
        """Store a reply that waits for the owner; it replaces earlier drafts for this customer."""
        async with self._database.unit_of_work() as db:
            await self._end_drafts(db, user_id, customer_id)
            cipher = await self._vault.cipher(db, user_id)
            row = {
                "user_id": user_id,
                "id": draft_id,
                "customer_id": customer_id,
                "body": sealing.seal_draft(cipher, draft_id, text),
                "state": "open",
                "made_at": self._clock(),
            }
            await db.execute(insert_new(db, business_drafts), row)
            await count_day(db, user_id, self._clock(), drafted=1)

    async def draft(self, user_id: int, draft_id: UUID) -> ReplyDraft | None:
        """One of the owner's drafts."""
        return await self._draft(_DRAFT.user_id == user_id, _DRAFT.id == draft_id)

    async def draft_at(self, user_id: int, number: int) -> ReplyDraft | None:
        """The draft that is shown or asked about in this message of the owner's chat with the
        bot."""
        return await self._draft(_DRAFT.user_id == user_id, _DRAFT.number == number)

    async def _draft(self, *this: sa.ColumnElement[bool]) -> ReplyDraft | None:
        async with self._database.snapshot() as db:
            row = (await db.execute(sa.select(business_drafts).where(*this))).first()
            if row is None:
                return None
            return sealing.to_draft(row, await self._vault.cipher(db, row.user_id))

    async def shown_at(self, user_id: int, draft_id: UUID, number: int) -> None:
        """Record the message that shows a draft."""
        this = (_DRAFT.user_id == user_id, _DRAFT.id == draft_id)
        async with self._database.unit_of_work() as db:
            await db.execute(sa.update(business_drafts).where(*this).values(number=number))

    async def end_draft(self, user_id: int, draft_id: UUID, state: DraftEnd) -> bool:
        """Close an open draft; False if it is closed already."""
        this = (_DRAFT.user_id == user_id, _DRAFT.id == draft_id, _DRAFT.state == "open")
        async with self._database.unit_of_work() as db:
            changed = await db.execute(sa.update(business_drafts).where(*this).values(state=state))
            if ended := changed.rowcount == 1:
                await count_day(db, user_id, self._clock(), **{state: 1})
        return ended

    async def reopen_draft(self, user_id: int, draft_id: UUID) -> None:
        """Open a draft again that could not be sent."""
        this = (_DRAFT.user_id == user_id, _DRAFT.id == draft_id)
        async with self._database.unit_of_work() as db:
            await db.execute(sa.update(business_drafts).where(*this).values(state="open"))
            await count_day(db, user_id, self._clock(), sent=-1)

    async def figures(self, user_id: int) -> InboxFigures:
        """The inbox in figures."""
        states = (
            sa.select(_DRAFT.state, sa.func.count())
            .where(_DRAFT.user_id == user_id)
            .group_by(_DRAFT.state)
        )
        chats = sa.select(sa.func.count()).where(_CHAT.user_id == user_id)
        async with self._database.snapshot() as db:
            count = {row[0]: row[1] for row in await db.execute(states)}
            customers = (await db.execute(chats.select_from(business_chats))).scalar_one()
        return InboxFigures(customers, *(count.get(one, 0) for one in ("open", "sent", "skipped")))

    async def _end_drafts(self, db: AsyncConnection, user_id: int, customer_id: int) -> None:
        these = (
            _DRAFT.user_id == user_id,
            _DRAFT.customer_id == customer_id,
            _DRAFT.state == "open",
        )
        await db.execute(sa.update(business_drafts).where(*these).values(state="skipped"))

    async def _chat(self, db: AsyncConnection, user_id: int, customer_id: int) -> CustomerChat:
        """Lock and read the chat: writing replaces all of its messages, which must not bring back
        ones that another process has just deleted."""
        values = {"user": user_id, "customer": customer_id}
        this = sa.select(business_chats).where(*_THIS).with_for_update()
        row = (await db.execute(this, values)).one_or_none()
        if row is None:
            return CustomerChat(
                customer_id=customer_id,
                history=(),
                heard_at=None,
                paused_until=None,
                answered=0,
                introduced=False,
            )
        today: date = self._clock().date()
        return sealing.to_chat(row, await self._vault.cipher(db, user_id), today)

    async def _write(
        self,
        db: AsyncConnection,
        user_id: int,
        customer_id: int,
        lines: Iterable[Line],
        values: dict[str, Any],
    ) -> None:
        cipher = await self._vault.cipher(db, user_id)
        sealed = sealing.seal_history(cipher, user_id, customer_id, msgspec.json.encode([*lines]))
        values = {"history": sealed, **values}
        row = {"user_id": user_id, "customer_id": customer_id, "changed_at": self._clock()}
        made = insert(db, business_chats).values({**row, **values})
        await db.execute(
            made.on_conflict_do_update(index_elements=["user_id", "customer_id"], set_=values)
        )
