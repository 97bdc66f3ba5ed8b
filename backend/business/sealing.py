"""Converts between rows and what is in them; each text is bound to its row."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from backend.business.schemas import BusinessAccount, CustomerChat, Line, ReplyDraft
from backend.db import Cipher


def seal_knowledge(cipher: Cipher, user_id: int, text: str) -> bytes | None:
    """The owner's own text; none is NULL."""
    return cipher.seal(text, f"business knowledge:{user_id}") if text else None


def seal_history(cipher: Cipher, user_id: int, customer_id: int, lines: bytes) -> bytes:
    """A chat's lines, as JSON."""
    return cipher.seal(lines.decode(), f"business chat:{user_id}:{customer_id}")


def seal_draft(cipher: Cipher, draft_id: UUID, text: str) -> bytes:
    """A draft's words."""
    return cipher.seal(text, f"business draft:{draft_id.hex}")


def to_account(row: Any, cipher: Cipher) -> BusinessAccount:
    """A row of `business_accounts`, opened."""
    knowledge = ""
    if row.knowledge is not None:
        knowledge = cipher.open(row.knowledge, f"business knowledge:{row.user_id}")
    authorised = row.authorised
    return BusinessAccount(
        user_id=row.user_id,
        connection_id=row.connection_id,
        enabled=row.enabled,
        can_reply=row.can_reply,
        mode=row.mode,
        stays_here=row.stays_here,
        authorised=None if authorised is None else frozenset(filter(None, authorised.split(","))),
        knowledge=knowledge,
        away_from=row.away_from,
        away_to=row.away_to,
        time_zone=row.time_zone,
        daily_limit=row.daily_limit,
    )


def to_chat(row: Any, cipher: Cipher, today: date) -> CustomerChat:
    """A row of `business_chats`, opened."""
    context = f"business chat:{row.user_id}:{row.customer_id}"
    return CustomerChat(
        customer_id=row.customer_id,
        history=msgspec.json.decode(cipher.open(row.history, context), type=tuple[Line, ...]),
        heard_at=row.heard_at,
        paused_until=row.paused_until,
        answered=row.answered if row.answered_on == today else 0,
        introduced=row.introduced,
    )


def to_draft(row: Any, cipher: Cipher) -> ReplyDraft:
    """A row of `business_drafts`, opened."""
    return ReplyDraft(
        id=row.id,
        customer_id=row.customer_id,
        text=cipher.open(row.body, f"business draft:{row.id.hex}"),
        state=row.state,
        number=row.number,
    )
