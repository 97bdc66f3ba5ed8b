"""Resolves host names with c-ares on the event loop, each with its own deadline.

The system's resolver runs in four shared threads: six names on an unresponsive name server would
delay every other name for half a minute.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final

import aiodns

from backend.files.addresses import Address

TRY_SECONDS: Final = 1.5
TRIES: Final = 2
"""After this many seconds without a response a name server counts as silent."""


class Resolver:
    """Asks the name servers of this machine, or the given ones (`address:port`)."""

    def __init__(self, nameservers: Sequence[str] | None = None) -> None:
        self._nameservers = nameservers

    async def addresses(self, host: str) -> list[Address]:
        """All addresses of a host, of both families.

        Raises:
            OSError: there is none, or no name server answered in time.
        """
        async with aiodns.DNSResolver(
            self._nameservers, timeout=TRY_SECONDS, tries=TRIES
        ) as resolver:
            try:
                found = await resolver.getaddrinfo(host)
            except aiodns.error.DNSError as error:
                raise OSError(*error.args[:2]) from error
        texts = [node.addr[0] for node in found.nodes]
        return list(dict.fromkeys(ip_address(_text(text)) for text in texts))


def _text(address: bytes | str) -> str:
    return address.decode("ascii") if isinstance(address, bytes) else address
