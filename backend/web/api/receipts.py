"""/api/receipts: signed receipts of what was sent to providers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from msgspec.structs import asdict

from backend import conversations
from backend.db import Database, Vault
from backend.identity import Principal
from backend.privacy import (
    AccessLog,
    PublicKey,
    Receipt,
    ReceiptSigner,
    export_receipts,
    get_receipt,
    rebuild_body,
    receipts_of_message,
)
from backend.privacy.erasure import CertificateSigner
from backend.web.api.wire import Shown
from backend.web.closing_stream import ClosingStream
from backend.web.parts import Part

TAGS = ["Receipts"]
BODY_SPEC = ResponseSpec(
    data_container=bytes,
    media_type="application/octet-stream",
    description="The exact bytes that were sent.",
    generate_examples=False,
)
EXPORT_SPEC = ResponseSpec(
    data_container=dict[str, Any],
    media_type="application/json",
    description="The chain with a signature under its head, for `tanya receipts verify`.",
    generate_examples=False,
)
# Names a file and keeps a browser from showing it.
_SAVED = {"Cache-Control": "private, no-store", "Content-Disposition": "attachment"}


class ClaimsShown(Shown, frozen=True):
    """The provider's data policy on the day of the request; null is unknown."""

    region: str | None
    retention_days: int | None
    trains: bool | None
    source: str | None
    read_on: str | None


class ReceiptShown(Shown, frozen=True):
    """One attempt. `sha256` and `bytes` are of the exact body; `hash` is this receipt's own,
    `previous` the one before it in the person's chain. `outcome` is null while it is under way,
    `unknown` if nobody could tell. `zeroDataRetention` is what the provider's answer said."""

    id: UUID
    number: int
    at: datetime
    purpose: str
    provider: str
    model: str
    endpoint: str
    claims: ClaimsShown
    bytes: int
    sha256: str
    hash: str
    previous: str
    message_ids: list[UUID]
    file_ids: list[UUID]
    fields: list[str]
    prompts: list[str]
    redacted: list[str]
    outcome: str | None
    ended_at: datetime | None
    input_tokens: int | None
    output_tokens: int | None
    cost_micro_dollars: int | None
    zero_data_retention: bool | None


class ReceiptsShown(Shown, frozen=True):
    """The receipts of one answer, oldest first."""

    items: list[ReceiptShown]


class PublicKeysShown(Shown, frozen=True):
    """The Ed25519 public keys that have signed chains, oldest first."""

    keys: list[PublicKey]


@get(
    "/messages/{message_id:uuid}/receipts",
    tags=TAGS,
    summary="What was sent for an answer",
)
async def list_receipts(
    message_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
) -> ReceiptsShown:
    """A receipt per attempt: for the answer, its title and its suggestions."""
    async with database.snapshot() as db:
        await conversations.get_message(db, vault, principal.user_id, message_id)
        found = await receipts_of_message(db, vault, principal.user_id, message_id)
    return ReceiptsShown(items=[show_receipt(one) for one in found])


@get("/receipts/{receipt_id:uuid}", tags=TAGS, summary="One receipt")
async def show_one_receipt(
    receipt_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
) -> ReceiptShown:
    """One of the person's own receipts."""
    async with database.snapshot() as db:
        return show_receipt(await get_receipt(db, vault, principal.user_id, receipt_id))


@get(
    "/receipts/{receipt_id:uuid}/body",
    tags=TAGS,
    summary="What was sent, made again",
    responses={200: BODY_SPEC},
)
async def show_body(
    receipt_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
) -> Response[bytes]:
    """The exact bytes, reconstructed from messages and files. Refused, with the reason, if one of
    those was changed or deleted."""
    async with database.snapshot() as db:
        body = await rebuild_body(db, vault, principal.user_id, receipt_id)
    return Response(body, media_type="application/octet-stream", headers=_SAVED)


@get("/receipts", tags=TAGS, summary="The whole chain, signed", responses={200: EXPORT_SPEC})
async def export_chain(
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    signer: Part[ReceiptSigner],
    access_log: Part[AccessLog],
) -> ClosingStream:
    """A file that can be verified without this server."""
    async with database.unit_of_work() as db:
        await access_log.record(db, principal.user_id, "receipts_export", actor="person")

    async def pieces() -> Any:
        async with database.snapshot() as db:
            async for piece in export_receipts(db, vault, signer, principal.user_id):
                yield piece

    return ClosingStream(pieces(), media_type="application/json", headers=_SAVED)


@get("/.well-known/tanya-receipt-keys.json", tags=TAGS, summary="The keys of signatures")
async def public_keys(database: Part[Database], signer: Part[ReceiptSigner]) -> PublicKeysShown:
    """Every key ever used here, so that all signatures stay verifiable."""
    async with database.snapshot() as db:
        return PublicKeysShown(keys=await signer.public_keys(db))


@get("/.well-known/tanya-erasure-keys.json", tags=TAGS, summary="The keys of certificates")
async def erasure_keys(
    database: Part[Database], certificate_signer: Part[CertificateSigner]
) -> PublicKeysShown:
    """Every key that has signed certificates of erasure here."""
    async with database.snapshot() as db:
        return PublicKeysShown(keys=await certificate_signer.public_keys(db))


def show_receipt(receipt: Receipt) -> ReceiptShown:
    """A receipt as the API writes it."""
    record, outcome = receipt.record, receipt.outcome
    return ReceiptShown(
        id=record.id,
        number=record.number,
        at=record.at,
        purpose=record.purpose,
        provider=record.provider,
        model=record.model,
        endpoint=record.endpoint,
        claims=ClaimsShown(**asdict(record.claims)),
        bytes=record.bytes,
        sha256=record.sha256,
        hash=receipt.hash,
        previous=record.previous,
        message_ids=[*record.message_ids],
        file_ids=[*record.file_ids],
        fields=[*record.fields],
        prompts=[*record.prompts],
        redacted=[*record.redacted],
        outcome=outcome.outcome,
        ended_at=outcome.ended_at,
        input_tokens=outcome.input_tokens,
        output_tokens=outcome.output_tokens,
        cost_micro_dollars=outcome.cost_micro_dollars,
        zero_data_retention=outcome.zero_data_retention,
    )


handlers: list[Any] = [list_receipts, show_one_receipt, show_body, export_chain]
