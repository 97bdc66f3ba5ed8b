"""Export and erasure of a person's business inbox."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.business import sealing
from backend.business.knowledge import opened_files
from backend.business.overview import to_day
from backend.business.tables import (
    business_accounts,
    business_chats,
    business_days,
    business_drafts,
    business_files,
)
from backend.db import Vault

MEMBER: Final = "business.json"


async def business_copy(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[str, bytes]]:
    """The inbox's part of a person's export: settings, files, chats, drafts and figures."""
    mine = sa.select(business_accounts).where(business_accounts.c.user_id == user_id)
    row = (await db.execute(mine)).one_or_none()
    if row is None:
        return
    cipher = await vault.cipher(db, user_id)
    account = sealing.to_account(row, cipher)
    chats = sa.select(business_chats).where(business_chats.c.user_id == user_id)
    drafts = sa.select(business_drafts).where(business_drafts.c.user_id == user_id)
    days = sa.select(business_days).where(business_days.c.user_id == user_id)
    found = {
        "mode": account.mode,
        "knowledge": account.knowledge,
        "handover": account.handover,
        "files": [
            {"name": name, "text": text} for name, text in await opened_files(db, cipher, user_id)
        ],
        "authorised": sorted(account.authorised or ()),
        "chats": [
            {
                "customerId": str(one.customer_id),
                "name": sealing.open_name(one, cipher),
                "lines": sealing.to_chat(one, cipher, one.changed_at.date()).history,
            }
            for one in (await db.execute(chats)).all()
        ],
        "drafts": [
            {"text": sealing.to_draft(one, cipher).text, "state": one.state}
            for one in (await db.execute(drafts)).all()
        ],
        "days": [to_day(one) for one in (await db.execute(days)).all()],
    }
    yield MEMBER, msgspec.json.encode(found)


async def forget_business(db: AsyncConnection, user_id: int) -> None:
    """Delete a person's inbox, and what they wrote as a customer of others."""
    for table in (business_drafts, business_chats):
        theirs = sa.or_(table.c.user_id == user_id, table.c.customer_id == user_id)
        await db.execute(sa.delete(table).where(theirs))
    for table in (business_files, business_days, business_accounts):
        await db.execute(sa.delete(table).where(table.c.user_id == user_id))
