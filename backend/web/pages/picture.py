"""A picture that its person puts into a story or sends on: Telegram has no session, so it comes by
a link, as JPEG, the form that Telegram takes."""

from litestar import Response, get
from litestar.params import FromPath

from backend.files import FileService
from backend.web.auth import Clock
from backend.web.parts import Part
from backend.web.picture_links import PictureLinks


@get("/picture/{token:str}", include_in_schema=False)
async def picture(
    token: FromPath[str],
    picture_links: Part[PictureLinks],
    file_service: Part[FileService],
    clock: Part[Clock],
) -> Response[bytes]:
    """The picture.

    Raises:
        FileNotFound: the link is none of ours or over, or the picture was deleted.
    """
    owner, file_id = picture_links.read(token, clock())
    content = await file_service.jpeg(owner, file_id)
    return Response(
        content,
        media_type="image/jpeg",
        headers={
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex, nofollow, noarchive",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
