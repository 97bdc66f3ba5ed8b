"""/api/files: hand over a file, get it back, take it away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath, Parameter, QueryParameter

from backend.errors import FileNotFound
from backend.files import MEGABYTE, Card, File, FileService, Upload
from backend.identity import SEND, UPLOAD, Limiter, Principal
from backend.settings import Settings
from backend.web.api.wire import Shown
from backend.web.auth import Clock
from backend.web.parts import Part
from backend.web.picture_links import LIFE, PictureLinks
from backend.web.uploads import UploadPlaces, receive

TAGS = ["Files"]

# A browser that opens a response directly runs nothing in it, whatever the content is.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp")

CONTENT_SPEC = ResponseSpec(
    data_container=bytes,
    media_type="*/*",
    description="The content, under the type that was found in it.",
    generate_examples=False,
)


@dataclass
class UploadOperation(Operation):
    """Documents the form, which the handler reads itself as a stream."""

    def __post_init__(self) -> None:
        """Litestar makes the operation without a body."""
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        form = Schema(type=OpenAPIType.OBJECT, properties={"file": file}, required=["file"])
        self.request_body = RequestBody(
            content={"multipart/form-data": OpenAPIMediaType(schema=form)}, required=True
        )


@post(
    "/files",
    tags=TAGS,
    summary="Hand over a file",
    request_max_body_size=None,
    operation_class=UploadOperation,
)
async def upload_file(
    request: Request[Any, Any, Any],
    principal: Part[Principal],
    file_service: Part[FileService],
    uploads: Part[UploadPlaces],
    limiter: Part[Limiter],
    clock: Part[Clock],
    server_only: Annotated[
        bool,
        QueryParameter(
            name="serverOnly",
            description="It is for a conversation that stays on this server: a recording, which "
            "somebody else would have to hear, is refused",
        ),
    ] = False,
) -> Card:
    """Upload a file. Its type is detected from its content; name and declared type are ignored. It
    is deleted after a day unless sent with a message."""
    await limiter.count_request(UPLOAD, str(principal.user_id), clock())
    upload = await receive_upload(request, principal, file_service, uploads, server_only)
    return (await file_service.store_upload(principal.user_id, upload)).card


async def receive_upload(
    request: Request[Any, Any, Any],
    principal: Principal,
    file_service: FileService,
    uploads: UploadPlaces,
    server_only: bool,
) -> Upload:
    """The form's file, as large as the person's plan allows.

    Raises:
        See `receive`.
    """
    limits = await file_service.limits(principal.user_id)
    async with uploads.place(principal.user_id) as arrival:
        part = await receive(request, limits.attachment_megabytes * MEGABYTE, arrival)
    return Upload(
        data=part.data,
        name=part.name,
        media_type=part.media_type,
        language=principal.language,
        server_only=server_only,
    )


@get(
    "/files/{file_id:uuid}",
    tags=TAGS,
    summary="Get a file's content",
    responses={200: CONTENT_SPEC},
)
async def get_file(
    file_id: FromPath[UUID],
    principal: Part[Principal],
    file_service: Part[FileService],
    download: Annotated[bool, Parameter(description="To be saved rather than shown")] = False,
) -> Response[bytes]:
    """Download one of the person's own files. Pictures are served inline, everything else as an
    attachment."""
    file, content = await file_service.get(principal.user_id, file_id)
    return Response(
        content,
        media_type=content_type(file),
        headers={
            "Content-Disposition": disposition(file, download=download),
            "Content-Security-Policy": FILE_POLICY,
            "Cache-Control": "private, no-store",
        },
    )


class PictureLinkShown(Shown, frozen=True):
    """A link by which anybody can load the picture until it expires."""

    url: str
    expires_at: datetime


@post("/files/{file_id:uuid}/link", tags=TAGS, summary="Make a link to a picture, for a story")
async def link_picture(
    file_id: FromPath[UUID],
    principal: Part[Principal],
    file_service: Part[FileService],
    picture_links: Part[PictureLinks],
    settings: Part[Settings],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> PictureLinkShown:
    """A link for an hour, by which Telegram's app loads the picture.

    Raises:
        FileNotFound: the person has no such picture.
    """
    now, person = clock(), principal.user_id
    await limiter.count_request(SEND, str(person), now)
    file, _ = await file_service.get(person, file_id)
    if file.media_type not in SHOWN_INLINE:
        raise FileNotFound
    expires_at = now + LIFE
    token = picture_links.token(person, file_id, expires_at)
    return PictureLinkShown(f"{settings.public_url}/picture/{token}", expires_at)


@delete("/files/{file_id:uuid}", tags=TAGS, summary="Take a file away")
async def delete_file(
    file_id: FromPath[UUID], principal: Part[Principal], file_service: Part[FileService]
) -> None:
    """Delete an unsent file; sent ones are deleted with their conversation."""
    await file_service.delete(principal.user_id, file_id)


def content_type(file: File) -> str:
    """The type to serve it with: never one that browsers execute."""
    if file.kind in ("text", "page"):
        return "text/plain"  # Litestar adds the charset, which is UTF-8
    return file.media_type


def disposition(file: File, *, download: bool) -> str:
    """A header as in RFC 6266, with the name in RFC 8187's form and a plain one for old clients."""
    shown = file.media_type in SHOWN_INLINE and not download
    name = file.details.name + (".txt" if file.kind == "page" else "")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    kind = "inline" if shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


handlers: list[Any] = [upload_file, get_file, link_picture, delete_file]
