"""A request's bytes, and where they go."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from backend.llm.http.connection import Origin

COMMON_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept": "text/event-stream, application/json",
    # Compression would delay events in the provider's compressor and cost a decompressor here.
    "Accept-Encoding": "identity",
    "User-Agent": "Tanya",
}


@lru_cache(maxsize=256)
def target(url: str) -> tuple[Origin, str, str]:
    """The origin to connect to, the Host header, and the request target.

    Raises:
        ValueError: it is not a web address.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{parts.scheme!r} is no web address")
    host = parts.netloc.rpartition("@")[2]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return (parts.scheme, parts.hostname, port), host, path


def encoded(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """The request's bytes.

    Raises:
        ValueError: a header or the path contains a line break.
    """
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(lines)
    if head.count("\r") != len(lines) - 1 or head.count("\n") != len(lines) - 1:
        raise ValueError("a line break in a header")
    return head.encode("latin-1") + b"\r\n\r\n" + body
