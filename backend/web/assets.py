"""The client's built files, held in memory with their precompressed forms.

There are a handful of them and they never change while the server runs: names carry a hash of
the content, so they may be cached for ever.
"""

import mimetypes
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from backend.errors import NotFound
from backend.web.parts import Part

WEBAPP = Path(__file__).parents[2] / "webapp"
DIST = WEBAPP / "dist"
SERVICE_WORKER = "service-worker.js"
FOREVER = "public, max-age=31536000, immutable"


class Asset(msgspec.Struct, frozen=True):
    """One file, ready to send."""

    body: bytes
    brotli: bytes | None
    media_type: str


class Assets:
    """What the build put into webapp/dist, by file name; and the manifest's logical names."""

    def __init__(self, folder: Path = DIST) -> None:
        manifest = folder / "manifest.json"
        self.manifest: dict[str, str] = (
            msgspec.json.decode(manifest.read_bytes(), type=dict[str, str])
            if manifest.exists()
            else {}
        )
        self._files = {
            path.name: _read(path)
            for path in folder.glob("*")
            if path.is_file() and path.suffix not in (".br", ".map") and path != manifest
        }

    @property
    def built(self) -> bool:
        """Whether the client was built at all."""
        return bool(self.manifest)

    def url(self, name: str) -> str:
        """The address of a file by its logical name, such as `app.js`."""
        return f"/static/{self.manifest.get(name, name)}"

    def text(self, name: str) -> str:
        """The content of a file by its logical name; empty where there is none."""
        asset = self._files.get(self.manifest.get(name, name))
        return asset.body.decode() if asset else ""

    def named(self, name: str) -> Asset:
        """A file by its logical name.

        Raises:
            NotFound: the build made no such file.
        """
        return self.find(self.manifest.get(name, name))

    def find(self, file_name: str) -> Asset:
        """A file by its real name.

        Raises:
            NotFound: the build made no such file.
        """
        if (asset := self._files.get(file_name)) is None:
            raise NotFound()
        return asset


def _read(path: Path) -> Asset:
    compressed = path.with_name(path.name + ".br")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind == "application/javascript":
        kind += "; charset=utf-8"  # Litestar adds it to every text/…
    return Asset(path.read_bytes(), compressed.read_bytes() if compressed.exists() else None, kind)


@get("/static/{file_name:str}", include_in_schema=False, sync_to_thread=False)
def static_file(
    file_name: FromPath[str], request: Request[Any, Any, Any], assets: Part[Assets]
) -> Response[bytes]:
    """One of the client's files."""
    return _sent(assets.find(file_name), request, {"Cache-Control": FOREVER})


# A service worker can serve its own folder and below, so it is at the top; it only requests this
# server.
@get("/service-worker.js", include_in_schema=False, sync_to_thread=False)
def service_worker(request: Request[Any, Any, Any], assets: Part[Assets]) -> Response[bytes]:
    """The service worker that opens the app offline; browsers look for a newer one at each
    start."""
    policy = {"Content-Security-Policy": "default-src 'none'; connect-src 'self'"}
    return _sent(assets.named(SERVICE_WORKER), request, {"Cache-Control": "no-cache"} | policy)


def _sent(
    asset: Asset, request: Request[Any, Any, Any], headers: dict[str, str]
) -> Response[bytes]:
    """A file, compressed where the browser takes it."""
    headers = headers | {"Vary": "Accept-Encoding"}
    body = asset.body
    if asset.brotli is not None and "br" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "br"
        body = asset.brotli
    return Response(body, media_type=asset.media_type, headers=headers)
