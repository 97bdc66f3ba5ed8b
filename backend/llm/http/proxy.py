"""HTTPS_PROXY: a tunnel through an HTTP proxy by CONNECT (RFC 9110, section 9.3.6). What is sent to
a provider stays encrypted to the provider: the proxy sees its host and how much.
"""

import asyncio
import base64
import ssl
from typing import Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from backend.llm.http.connection import Connection, Origin

MOST_HEAD_BYTES: Final = 16 * 1024


class Proxy(Struct, frozen=True):
    """Where it listens; `authorization` is a header's value, empty for none."""

    host: str
    port: int
    authorization: str = ""

    @classmethod
    def parse(cls, url: str) -> "Proxy | None":
        """The proxy of a setting such as `http://user:secret@proxy:3128`; None for an empty one."""
        if not url:
            return None
        parts = urlsplit(url)
        given = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        basic = f"Basic {base64.b64encode(given.encode()).decode()}" if parts.username else ""
        return cls(parts.hostname or "", parts.port or 3128, basic)

    async def connect(self, origin: Origin, tls: ssl.SSLContext) -> Connection:
        """A connection to `origin`, encrypted to its end.

        Raises:
            OSError: the proxy cannot be reached, or refuses.
        """
        _, host, port = origin
        loop = asyncio.get_running_loop()
        transport, said = await loop.create_connection(_ProxyAnswer, self.host, self.port)
        try:
            transport.write(self._request(host, port))
            if (await said.head).split(b" ", 2)[1:2] != [b"200"]:
                raise ConnectionRefusedError("the proxy refuses the tunnel")
            connection = Connection(origin)
            sealed = await loop.start_tls(transport, connection, tls, server_hostname=host)
        except BaseException:
            transport.abort()
            raise
        assert sealed is not None
        connection.connection_made(sealed)  # start_tls leaves that to whoever called it
        return connection

    def _request(self, host: str, port: int) -> bytes:
        name = f"[{host}]" if ":" in host else host
        lines = [f"CONNECT {name}:{port} HTTP/1.1", f"Host: {name}:{port}"]
        if self.authorization:
            lines.append(f"Proxy-Authorization: {self.authorization}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


class _ProxyAnswer(asyncio.Protocol):
    """What the proxy says before the tunnel: one head."""

    def __init__(self) -> None:
        self.head: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._said = b""

    def data_received(self, data: bytes) -> None:
        """A part of it."""
        self._said += data
        if self.head.done():
            return
        if b"\r\n\r\n" in self._said:
            self.head.set_result(self._said)
        elif len(self._said) > MOST_HEAD_BYTES:
            self.head.set_exception(ConnectionResetError("the proxy speaks no HTTP"))

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed."""
        if not self.head.done():
            self.head.set_exception(error or ConnectionResetError("the proxy says nothing"))
