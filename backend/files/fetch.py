"""Fetches one public web page, and nothing else.

A host name is resolved once; all its addresses must be public, and the connection goes to one of
them, whatever the name resolves to later. Each redirect is checked in the same way.
"""

import asyncio
import socket
import zlib
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final, Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from backend.errors import (
    PageForbidden,
    PageNotRead,
    PageTimedOut,
    PageTooLarge,
    PageUnreachable,
    PageUnsupported,
)
from backend.files.addresses import Address, is_public
from backend.files.resolver import Resolver
from backend.files.schemas import FetchedPage
from backend.files.urls import check_url, literal

SECONDS: Final = 10.0
"""The time limit for resolving, redirects and the whole page."""
LOOKUP_SECONDS: Final = 4.0
HEAD_SECONDS: Final = 5.0
"""The time limit for a connection and the response's headers."""
MAX_BYTES: Final = 2_000_000
"""The size limit of the decompressed page."""
MAX_REDIRECTS: Final = 5
REDIRECTS: Final = (301, 302, 303, 307, 308)
TYPES: Final = ("text/html", "text/plain", "application/pdf")
CHUNK: Final = 64 * 1024

_HEADERS: Final = {
    "User-Agent": "Mozilla/5.0 (compatible; Tanya; reads a page that a person sent)",
    "Accept": "text/html, text/plain;q=0.9, application/pdf;q=0.8",
    "Accept-Encoding": "gzip, identity",
}


class HostNames(Protocol):
    """Resolves host names, see `Resolver`."""

    async def addresses(self, host: str) -> list[Address]:
        """All of them. Raises OSError."""
        ...


class Fetcher:
    """Fetches pages. `permitted` says which addresses may be used, `check` which URLs: tests with
    servers on this machine replace them."""

    def __init__(
        self,
        names: HostNames | None = None,
        *,
        permitted: Callable[[Address], bool] = is_public,
        check: Callable[[str], URL] = check_url,
        seconds: float = SECONDS,
    ) -> None:
        self._names = names or Resolver()
        self._permitted = permitted
        self._check = check
        self._seconds = seconds

    async def fetch(self, address: str) -> FetchedPage:
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

    async def _follow(self, address: str) -> FetchedPage:
        url = self._check(address)
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(url)
            if isinstance(answer, FetchedPage):
                return answer
            url = self._check(str(url.join(URL(answer))))
        raise PageUnreachable(reason="redirects")

    async def _ask(self, url: URL) -> FetchedPage | str:
        """The page, or the redirect's target."""
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
                timeout=aiohttp.ClientTimeout(connect=HEAD_SECONDS, sock_read=HEAD_SECONDS),
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
        """Resolve the host once and pin the connection to its addresses."""
        host = url.raw_host or ""
        if literal(host):
            found = [ip_address(host)]
        else:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = await self._names.addresses(host)
        if not found:
            raise PageUnreachable(reason="no address")
        if not all(self._permitted(address) for address in found):
            raise PageForbidden(reason="address")
        return _Pinned(host, found)

    def _check_peer(self, response: aiohttp.ClientResponse) -> None:
        """Check the connection's actual peer, as a second line of defence."""
        connection = response.connection
        peer = connection.transport.get_extra_info("peername") if connection and (
            connection.transport
        ) else None  # fmt: skip
        if peer is not None and not self._permitted(ip_address(str(peer[0]))):
            raise PageForbidden(reason="address")


class _Pinned(AbstractResolver):
    """A resolver that knows one host with its checked addresses."""

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


async def _page(response: aiohttp.ClientResponse) -> FetchedPage:
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
    return FetchedPage(str(response.url), media_type, response.charset or "", content)


async def _body(response: aiohttp.ClientResponse, unpack: "zlib._Decompress | None") -> bytes:
    """The body within its limit; compressed ones are decompressed in small steps."""
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
