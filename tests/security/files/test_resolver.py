"""Looking names up with name servers that never answer."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from typing import cast

import pytest

from backend.files.resolver import Resolver

SILENT = 20


class NameServer(asyncio.DatagramProtocol):
    """Answers for names that begin with "good", with one address; is silent about all others."""

    def __init__(self) -> None:
        self.asked: set[bytes] = set()
        self.all_asked = asyncio.Event()
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """One question (RFC 1035, 4.1)."""
        self.asked.add(data[13 : data.index(b"\0", 12)])
        if len(self.asked) == SILENT:
            self.all_asked.set()
        name_end = data.index(b"\0", 12) + 1
        kind = data[name_end : name_end + 2]
        question = data[12 : name_end + 4]
        if not data[13:].startswith(b"good") or self.transport is None:
            return
        count = 1 if kind == b"\0\1" else 0
        head = data[:2] + struct.pack(">5H", 0x8180, 1, count, 0, 0)
        answer = b"\xc0\x0c\0\1\0\1" + struct.pack(">IH", 60, 4) + bytes((93, 184, 216, 34))
        self.transport.sendto(head + question + answer * count, address)


@pytest.fixture
async def server() -> AsyncIterator[tuple[NameServer, Resolver]]:
    """A name server on this machine, and a resolver that asks it."""
    loop = asyncio.get_running_loop()
    transport, served = await loop.create_datagram_endpoint(
        NameServer, local_addr=("127.0.0.1", 0), family=socket.AF_INET
    )
    port = transport.get_extra_info("sockname")[1]
    yield served, Resolver([f"127.0.0.1:{port}"])
    transport.close()


async def test_silent_names_keep_nobody_waiting(server: tuple[NameServer, Resolver]) -> None:
    """Twenty look-ups that get no answer are under way; another name is found meanwhile. The
    system's four threads would have had it wait for them."""
    served, resolver = server
    silent = [
        asyncio.ensure_future(resolver.addresses(f"silent{n}.site.com")) for n in range(SILENT)
    ]
    await served.all_asked.wait()
    found = await resolver.addresses("good.site.com")
    assert [str(address) for address in found] == ["93.184.216.34"]
    assert not any(one.done() for one in silent)
    ended = await asyncio.gather(*silent, return_exceptions=True)
    assert all(isinstance(one, OSError) for one in ended)
