"""/api/export: a copy of everything stored about the person; /api/import imports one."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from backend.errors import ExportLinkInvalid
from backend.identity import EXPORT, UPLOAD, Limiter, Principal
from backend.privacy.archive import (
    MAX_IMPORT_BYTES,
    Exporter,
    ExportLinks,
    Importer,
    Opened,
    file_name,
)
from backend.settings import Settings
from backend.web.api.files import UploadOperation
from backend.web.api.wire import Shown
from backend.web.auth import Clock, WebRequest
from backend.web.closing_stream import ClosingStream
from backend.web.pages.render import Pages
from backend.web.parts import Part
from backend.web.uploads import UploadPlaces, receive

TAGS = ["Privacy"]
ZIP = "application/zip"

ZIP_SPEC = ResponseSpec(
    data_container=bytes,
    media_type=ZIP,
    description="A ZIP of JSON, Markdown and files, written while it is sent. Its last file, "
    "manifest.json, lists the others with their hashes: a copy without it was cut.",
    generate_examples=False,
)


class ExportSize(Shown, frozen=True):
    """The size of the copy; `fileBytes` counts files only."""

    conversations: int
    messages: int
    files: int
    file_bytes: int


class ExportLinkShown(Shown, frozen=True):
    """`url` returns the copy once, until `expiresAt`, to anybody who has it; `fileName` is the
    suggested name."""

    url: str
    file_name: str
    expires_at: datetime
    size: ExportSize


class ImportShown(Shown, frozen=True):
    """What was imported, without what existed already; `filesLeftOut` did not fit the plan or are
    of an unsupported type."""

    conversations: int
    messages: int
    files: int
    files_left_out: int


@get("/export", tags=TAGS, summary="Get a copy of everything", responses={200: ZIP_SPEC})
async def export(
    principal: Part[Principal],
    exporter: Part[Exporter],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> ClosingStream:
    """Streams one ZIP."""
    await limiter.count_request(EXPORT, str(principal.user_id), clock())
    return _stream(exporter.whole(principal.user_id, principal.language), clock())


@post("/export/links", tags=TAGS, summary="Make a link to a copy of everything")
async def make_export_link(
    principal: Part[Principal],
    exporter: Part[Exporter],
    export_links: Part[ExportLinks],
    settings: Part[Settings],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> ExportLinkShown:
    """A link for a browser or Telegram to download; an earlier link expires."""
    await limiter.count_request(EXPORT, str(principal.user_id), clock())
    totals = await exporter.totals(principal.user_id)
    link = await export_links.make(principal.user_id, principal.language)
    return ExportLinkShown(
        url=f"{settings.public_url}/export/{link.token}",
        file_name=file_name(clock()),
        expires_at=link.expires_at,
        size=ExportSize(
            conversations=totals.conversations,
            messages=totals.messages,
            files=totals.files,
            file_bytes=totals.file_bytes,
        ),
    )


@post(
    "/import",
    tags=TAGS,
    summary="Bring a copy back",
    status_code=200,
    request_max_body_size=None,
    operation_class=UploadOperation,
)
async def bring_import(
    request: Request[Any, Any, Any],
    principal: Part[Principal],
    importer: Part[Importer],
    uploads: Part[UploadPlaces],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> ImportShown:
    """Imports a ZIP exported from here, of at most 50 MB. Existing data is unchanged, and a damaged
    copy changes nothing."""
    await limiter.count_request(UPLOAD, str(principal.user_id), clock())
    async with uploads.place(principal.user_id) as arrival:
        part = await receive(request, MAX_IMPORT_BYTES, arrival)
    done = await importer.import_copy(principal.user_id, part.data, principal.language)
    return ImportShown(
        conversations=done.conversations,
        messages=done.messages,
        files=done.files,
        files_left_out=done.files_left_out,
    )


@get("/export/{token:str}", include_in_schema=False)
async def export_by_link(
    token: FromPath[str],
    request: WebRequest,
    exporter: Part[Exporter],
    export_links: Part[ExportLinks],
    pages: Part[Pages],
    clock: Part[Clock],
) -> Response[Any]:
    """The copy that a link refers to; for an expired link, browsers get a page."""
    try:
        opened = await export_links.open(token)
    except ExportLinkInvalid as error:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        return pages.render_error(error, request)
    slices = exporter.whole(opened.user_id, opened.language)
    return _stream(_noting_the_end(slices, export_links, opened), clock())


async def _noting_the_end(
    slices: AsyncIterator[bytes], links: ExportLinks, opened: Opened
) -> AsyncIterator[bytes]:
    """A link expires once the whole copy is downloaded, not when a download starts."""
    async with aclosing(slices) as open_slices:  # type: ignore[type-var]
        async for data in open_slices:
            yield data
    await links.use(opened)


def _stream(slices: AsyncIterator[bytes], now: datetime) -> ClosingStream:
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(now)}"',
        "Cache-Control": "private, no-store",
        # Telegram's web clients save files from their own origin
        # (https://core.telegram.org/bots/webapps#downloading-files).
        "Access-Control-Allow-Origin": "https://web.telegram.org",
        "X-Robots-Tag": "noindex",
    }
    return ClosingStream(slices, media_type=ZIP, headers=headers)


handlers: list[Any] = [export, make_export_link, bring_import]
