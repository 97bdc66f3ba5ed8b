"""Fetches one public web page, and nothing else.

A host's name is asked for once; every address that it has must be public; and the connection
goes to those addresses, whatever the name says a moment later. Each redirect begins anew.
"""

import asyncio
import socket
import zlib
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final, Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct
from yarl import URL

from backend.errors import (
    PageForbidden,
    PageNotRead,
    PageTimedOut,
    PageTooLarge,
    PageUnreachable,
    PageUnsupported,
)
from backend.sources.addresses import Address, is_public
from backend.sources.urls import check_url, literal

SECONDS: Final = 10.0
"""For everything: names, redirects and the whole page."""
MAX_BYTES: Final = 2_000_000
"""Of the page, unpacked."""
MAX_REDIRECTS: Final = 5
REDIRECTS: Final = (301, 302, 303, 307, 308)
TYPES: Final = ("text/html", "text/plain", "application/pdf")
CHUNK: Final = 64 * 1024

_HEADERS: Final = {
    "User-Agent": "Mozilla/5.0 (compatible; Tanya; reads a page that a person sent)",
    "Accept": "text/html, text/plain;q=0.9, application/pdf;q=0.8",
    "Accept-Encoding": "gzip, identity",
}


class Page(Struct, frozen=True):
    """What a server gave: `url` is where it was found in the end."""

    url: str
    media_type: str
    charset: str
    content: bytes


class Names(Protocol):
    """Asks for a host's addresses."""

    async def addresses(self, host: str) -> list[Address]:
        """All of them. Raises OSError."""
        ...


class SystemNames:
    """As this machine resolves names."""

    async def addresses(self, host: str) -> list[Address]:
        """See Names."""
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return [ip_address(str(entry[4][0])) for entry in found]


class Fetcher:
    """Fetches pages. `permitted` says which addresses may be asked, `check` which URLs: tests,
    whose servers are on this machine, say otherwise."""

    def __init__(
        self,
        names: Names | None = None,
        *,
        permitted: Callable[[Address], bool] = is_public,
        check: Callable[[str], URL] = check_url,
        seconds: float = SECONDS,
    ) -> None:
        self._names = names or SystemNames()
        self._permitted = permitted
        self._check = check
        self._seconds = seconds

    async def fetch(self, address: str) -> Page:
        """The page.

        Raises:
            PageNotRead: the subclass says why.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(address)
        except TimeoutError:
            raise PageTimedOut from None
        except PageNotRead:
            raise
        except (aiohttp.ClientError, OSError, ValueError, UnicodeError) as error:
            raise PageUnreachable(reason=type(error).__name__) from error

    async def _follow(self, address: str) -> Page:
        url = self._check(address)
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(url)
            if isinstance(answer, Page):
                return answer
            url = self._check(str(url.join(URL(answer))))
        raise PageUnreachable(reason="redirects")

    async def _ask(self, url: URL) -> Page | str:
        """The page, or where it says to look instead."""
        connector = aiohttp.TCPConnector(
            resolver=await self._pinned(url),
            use_dns_cache=False,
            force_close=True,
            limit=1,
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
                auto_decompress=False,
                trust_env=False,
                max_line_size=8190,
                max_field_size=8190,
            ) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            self._check_peer(response)
            if response.status in REDIRECTS and (where := response.headers.get("Location")):
                return where
            if response.status != 200:
                raise PageUnreachable(status=response.status)
            return await _page(response)

    async def _pinned(self, url: URL) -> AbstractResolver:
        """Ask once for the host's addresses and hold the connection to them."""
        host = url.raw_host or ""
        if literal(host):
            found = [ip_address(host)]
        else:
            found = await self._names.addresses(host)
        if not found:
            raise PageUnreachable(reason="no address")
        if not all(self._permitted(address) for address in found):
            raise PageForbidden(reason="address")
        return _Pinned(host, found)

    def _check_peer(self, response: aiohttp.ClientResponse) -> None:
        """Believe nobody, not even the library: where did the connection go?"""
        connection = response.connection
        peer = connection.transport.get_extra_info("peername") if connection and (
            connection.transport
        ) else None  # fmt: skip
        if peer is not None and not self._permitted(ip_address(str(peer[0]))):
            raise PageForbidden(reason="address")


class _Pinned(AbstractResolver):
    """Knows one host, and says of it what was found when it was checked."""

    def __init__(self, host: str, addresses: list[Address]) -> None:
        self._host = host
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """See AbstractResolver."""
        if host != self._host:
            raise OSError("another host than the one that was checked")
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def _page(response: aiohttp.ClientResponse) -> Page:
    media_type = response.content_type.lower() if "Content-Type" in response.headers else ""
    if media_type not in TYPES:
        raise PageUnsupported
    if (response.content_length or 0) > MAX_BYTES:
        raise PageTooLarge
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise PageUnsupported
    unpack = zlib.decompressobj(31) if "gzip" in encoding else None
    content = await _body(response, unpack)
    return Page(str(response.url), media_type, response.charset or "", content)


async def _body(response: aiohttp.ClientResponse, unpack: "zlib._Decompress | None") -> bytes:
    """The body, never more in memory than may be: a packed one is unpacked in small steps."""
    body = bytearray()
    packed = 0
    async for chunk in response.content.iter_chunked(CHUNK):
        packed += len(chunk)
        if unpack is not None:
            try:
                chunk = unpack.decompress(chunk, MAX_BYTES + 1 - len(body))
            except zlib.error:
                raise PageUnreachable(reason="gzip") from None
        body += chunk
        if max(packed, len(body)) > MAX_BYTES:
            raise PageTooLarge
    return bytes(body)
