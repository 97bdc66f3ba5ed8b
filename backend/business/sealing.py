"""Converts between rows and their content; each sealed text is bound to its row."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from backend.business.schemas import BusinessAccount, CustomerChat, Line, ReplyDraft
from backend.db import Cipher


def seal_knowledge(cipher: Cipher, user_id: int, text: str) -> bytes | None:
    """The owner's own text; NULL if empty."""
    return cipher.seal(text, f"business knowledge:{user_id}") if text else None


def seal_handover(cipher: Cipher, user_id: int, words: Iterable[str]) -> bytes | None:
    """The hand-over phrases, one per line; NULL if there are none."""
    text = "\n".join(words)
    return cipher.seal(text, f"business handover:{user_id}") if text else None


def seal_name(cipher: Cipher, user_id: int, customer_id: int, name: str) -> bytes:
    """A customer's name."""
    return cipher.seal(name, f"business name:{user_id}:{customer_id}")


def open_name(row: Any, cipher: Cipher) -> str:
    """The customer's name in a row of `business_chats`; empty if unknown."""
    if row.name is None:
        return ""
    return cipher.open(row.name, f"business name:{row.user_id}:{row.customer_id}")


def seal_file(cipher: Cipher, file_id: UUID, part: str, text: str) -> bytes:
    """A file's `name` or `text`."""
    return cipher.seal(text, f"business file {part}:{file_id.hex}")


def open_file(cipher: Cipher, file_id: UUID, part: str, sealed: bytes) -> str:
    """What `seal_file` sealed."""
    return cipher.open(sealed, f"business file {part}:{file_id.hex}")


def seal_history(cipher: Cipher, user_id: int, customer_id: int, lines: bytes) -> bytes:
    """A chat's messages, as JSON."""
    return cipher.seal(lines.decode(), f"business chat:{user_id}:{customer_id}")


def seal_draft(cipher: Cipher, draft_id: UUID, text: str) -> bytes:
    """A draft's text."""
    return cipher.seal(text, f"business draft:{draft_id.hex}")


def to_account(row: Any, cipher: Cipher) -> BusinessAccount:
    """A row of `business_accounts`, opened."""
    knowledge = ""
    if row.knowledge is not None:
        knowledge = cipher.open(row.knowledge, f"business knowledge:{row.user_id}")
    handover: tuple[str, ...] = ()
    if row.handover is not None:
        opened = cipher.open(row.handover, f"business handover:{row.user_id}")
        handover = tuple(opened.splitlines())
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
        handover=handover,
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
