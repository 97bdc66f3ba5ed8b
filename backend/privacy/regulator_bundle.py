"""A bundle for regulators about a period, as one ZIP: figures and declarations, no personal data.

It has no messages and names: every number is a count or a sum over all people. `manifest.json`
lists the other files with their hashes.
"""

import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.ledger import agreements
from backend.llm import Provider
from backend.privacy.access_log import count_accesses
from backend.privacy.data_map import KINDS, declarations
from backend.privacy.tables import consents, receipts, signing_keys
from backend.safety import moderation_figures

FORMAT: Final = "tanya-regulator-bundle/1"


class BundlePeriod(Struct, frozen=True):
    """From `since` until before `until`."""

    since: datetime
    until: datetime


async def make_bundle(
    db: AsyncConnection, period: BundlePeriod, providers: Mapping[str, Provider], made_at: datetime
) -> bytes:
    """The ZIP."""
    files = {
        "record-of-processing.json": _record_of_processing(providers),
        "agreements.json": {
            "withPartners": [asdict(one) for one in agreements.read()],
            "ofPeopleWithProviders": await _consents(db, period),
        },
        "receipts.json": await _receipts(db, period),
        "access-log.json": [
            {"action": action, "actor": actor, "count": count}
            for action, actor, count in await count_accesses(db, period.since, period.until)
        ],
        "moderation.json": await moderation_figures(db, period.since, period.until),
        "signing-keys.json": await _keys(db),
    }
    return _zipped({name: _json(value) for name, value in files.items()}, period, made_at)


def _record_of_processing(providers: Mapping[str, Provider]) -> dict[str, Any]:
    """What is kept, why, for how long and who sees it; and to whom words may go."""
    kept = {
        name: {
            "what": one.what,
            "why": one.why,
            "kept": one.kept,
            "seenBy": one.seen_by,
            "columns": {KINDS[kind]: columns for kind, columns in one.columns().items()},
        }
        for name, one in sorted(declarations().items())
    }
    return {
        "kept": kept,
        "receivers": [
            {"id": one.id, "name": one.name, **asdict(one.policy)} for one in providers.values()
        ],
    }


async def _consents(db: AsyncConnection, period: BundlePeriod) -> list[dict[str, Any]]:
    """How many agreed to each provider in the period, and how many took it back."""

    def within(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
        inside = sa.and_(column >= period.since, column < period.until)
        return sa.func.coalesce(sa.func.sum(sa.case((inside, 1), else_=0)), 0)

    counted = (
        sa.select(
            consents.c.provider,
            within(consents.c.agreed_at).label("agreed"),
            within(consents.c.revoked_at).label("revoked"),
        )
        .group_by(consents.c.provider)
        .order_by(consents.c.provider)
    )
    return [_plain(row) for row in await db.execute(counted)]


async def _receipts(db: AsyncConnection, period: BundlePeriod) -> list[dict[str, Any]]:
    """Attempts by provider, model, purpose and outcome, with what they used and cost."""
    by = (receipts.c.provider, receipts.c.model_id, receipts.c.purpose, receipts.c.outcome)
    summed = ("input_tokens", "output_tokens", "reasoning_tokens", "cost_micro_dollars")
    kept_nothing = sa.case((receipts.c.zero_data_retention.is_(sa.true()), 1), else_=0)
    counted = (
        sa.select(
            *by,
            sa.func.count().label("attempts"),
            *(sa.func.coalesce(sa.func.sum(receipts.c[name]), 0).label(name) for name in summed),
            sa.func.sum(kept_nothing).label("confirmed_zero_retention"),
        )
        .where(receipts.c.sent_at >= period.since, receipts.c.sent_at < period.until)
        .group_by(*by)
        .order_by(*by)
    )
    return [_plain(row) for row in await db.execute(counted)]


async def _keys(db: AsyncConnection) -> list[dict[str, Any]]:
    ordered = sa.select(signing_keys).order_by(signing_keys.c.first_used_at)
    return [
        {"signs": row.signs, "publicKey": row.public_key, "firstUsedAt": row.first_used_at}
        for row in await db.execute(ordered)
    ]


def _plain(row: Any) -> dict[str, Any]:
    """A row as JSON takes it: PostgreSQL's sums are decimals."""
    return {
        name: value if isinstance(value, str) or value is None else int(value)
        for name, value in row._mapping.items()
    }


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value))


def _zipped(files: Mapping[str, bytes], period: BundlePeriod, made_at: datetime) -> bytes:
    listed = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = {
        "format": FORMAT,
        "since": period.since,
        "until": period.until,
        "madeAt": made_at,
        "sha256": listed,
    }
    sink = io.BytesIO()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": _json(manifest)}.items():
            archive.writestr(ZipInfo(name, made_at.timetuple()[:6]), data, ZIP_DEFLATED)
    return sink.getvalue()
