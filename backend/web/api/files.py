"""/api/files: hand over a file, get it back, take it away."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath, Parameter

from backend.identity import Principal
from backend.identity.limits import UPLOAD, Limiter
from backend.sources import MEGABYTE, Card, File, Sources, Upload
from backend.web.auth import Clock
from backend.web.parts import Part
from backend.web.uploads import Gate, receive

TAGS = ["Files"]

# A browser that opens an answer by itself finds no page in it, whatever the content is.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp")

CONTENT_SPEC = ResponseSpec(
    data_container=bytes,
    media_type="application/octet-stream",
    description="The content, under the type that was found in it.",
    generate_examples=False,
)


class UploadOperation(Operation):
    """Tells the document of the form that the handler reads by itself, as it streams in."""

    def __post_init__(self) -> None:
        """Called by the dataclass that Litestar's Operation is."""
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
    sources: Part[Sources],
    uploads: Part[Gate],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> Card:
    """What it is, is found in its content; its name and declared type are not believed. It is
    forgotten after a day unless it is sent with a message."""
    await limiter.take(UPLOAD, str(principal.user_id), clock())
    limits = await sources.limits(principal.user_id)
    async with uploads.place(principal.user_id):
        part = await receive(request, limits.attachment_megabytes * MEGABYTE)
    upload = Upload(data=part.data, name=part.name, media_type=part.media_type)
    return (await sources.keep(principal.user_id, upload)).card


@get(
    "/files/{file_id:uuid}",
    tags=TAGS,
    summary="Get a file's content",
    responses={200: CONTENT_SPEC},
)
async def get_file(
    file_id: FromPath[UUID],
    principal: Part[Principal],
    sources: Part[Sources],
    download: Annotated[bool, Parameter(description="To be saved rather than shown")] = False,
) -> Response[bytes]:
    """Only one's own. Pictures may be shown, everything else is to be saved."""
    file, content = await sources.get(principal.user_id, file_id)
    return Response(
        content,
        media_type=content_type(file),
        headers={
            "Content-Disposition": disposition(file, download=download),
            "Content-Security-Policy": FILE_POLICY,
            "Cache-Control": "private, no-store",
        },
    )


@delete("/files/{file_id:uuid}", tags=TAGS, summary="Take a file away")
async def delete_file(
    file_id: FromPath[UUID], principal: Part[Principal], sources: Part[Sources]
) -> None:
    """Only one that was not sent; what was sent goes with its conversation."""
    await sources.delete(principal.user_id, file_id)


def content_type(file: File) -> str:
    """The type to serve it under: never one that a browser would run."""
    if file.kind in ("text", "page"):
        return "text/plain"  # Litestar adds the charset, which is UTF-8
    return file.media_type


def disposition(file: File, *, download: bool) -> str:
    """RFC 6266, with the name in RFC 8187's form and a plain one for old programs."""
    shown = file.media_type in SHOWN_INLINE and not download
    name = file.details.name + (".txt" if file.kind == "page" else "")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    kind = "inline" if shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


handlers: list[Any] = [upload_file, get_file, delete_file]
