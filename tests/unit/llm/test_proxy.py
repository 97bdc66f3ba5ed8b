"""Providers behind HTTPS_PROXY: a tunnel that the proxy cannot look into, or a refusal told.

Exercises backend/llm/http/proxy.py.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.llm.http import Budgets, Http
from backend.llm.http.proxy import Proxy
from backend.llm.http.wire import ConnectFailed

SECRET = b"what nobody on the way may read"
BUDGETS = Budgets(connect=10, first_event=10)


def certificate(folder: Path) -> Path:
    """One for localhost, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class PlayedProxy:
    """Tunnels as CONNECT asks, and keeps what went through."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> None:
        self.answer = answer
        self.heads: list[str] = []
        self.passed = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One tunnel."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        writer.write(self.answer)
        if b"200" in self.answer:
            host, _, port = head.split(" ")[1].rpartition(":")
            far = await asyncio.open_connection(host, int(port))
            await asyncio.gather(self._pass(reader, far[1]), self._pass(far[0], writer))
        writer.close()

    async def _pass(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            self.passed += data
            to.write(data)
        to.close()


async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers what it was sent."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % length + body)
    await writer.drain()
    writer.close()


@asynccontextmanager
async def listening(serve: object, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on a free port."""
    server = await asyncio.start_server(serve, "localhost", 0, ssl=tls)  # type: ignore[arg-type]
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_a_provider_is_reached_through_it_and_it_reads_nothing(tmp_path: Path) -> None:
    """The provider's certificate is checked as without it; name and password go to the proxy."""
    path = certificate(tmp_path)
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(path)
    trusting = ssl.create_default_context(cafile=path)
    played = PlayedProxy()
    async with listening(provider, serving) as there, listening(played.serve) as between:
        http = await Http(f"http://ann:p%40ss@localhost:{between}").open(trusting)
        answer = await http.post(f"https://localhost:{there}/v1", {}, SECRET, BUDGETS)
        assert await answer.read_all() == SECRET
        await answer.close()
        await http.close()
    assert played.heads[0].startswith(f"CONNECT localhost:{there} HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic YW5uOnBAc3M=" in played.heads[0]
    assert played.passed
    assert SECRET not in played.passed


@pytest.mark.parametrize("said", [b"HTTP/1.1 407 Who are you\r\n\r\n", b"hello", b"x" * 40_000])
async def test_a_proxy_that_refuses_or_is_none_is_told(said: bytes) -> None:
    """As a connection that failed: another provider may answer."""
    played = PlayedProxy(said)
    async with listening(played.serve) as between:
        http = await Http(f"http://localhost:{between}").open()
        with pytest.raises(ConnectFailed):
            await http.post("https://localhost:1/v1", {}, SECRET, BUDGETS)
        await http.close()


async def test_ones_own_servers_are_reached_directly() -> None:
    """What is not encrypted is on one's own network."""
    async with listening(provider) as there:
        http = await Http("http://localhost:1").open()
        answer = await http.post(f"http://localhost:{there}/v1", {}, SECRET, BUDGETS)
        assert await answer.read_all() == SECRET
        await answer.close()
        await http.close()


def test_what_a_setting_says() -> None:
    """The port has a default, and none is none."""
    assert Proxy.parse("") is None
    assert Proxy.parse("http://proxy") == Proxy("proxy", 3128)
