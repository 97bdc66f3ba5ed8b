"""Limits open connections per client address, and determines a request's client address.

A proxy listed in TRUSTED_PROXIES is exempt. Its requests are counted under the address in
`X-Forwarded-For`.
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from backend.identity import address_key

PER_ADDRESS: Final = 256
"""Open connections for each address. A browser opens six; many people share an address behind a
mobile carrier or an office's router."""


class TrustedProxies:
    """The addresses and networks of TRUSTED_PROXIES, separated by commas; `*` is everybody."""

    def __init__(self, setting: str) -> None:
        entries = [entry.strip() for entry in setting.split(",") if entry.strip()]
        self._everybody = "*" in entries
        self._networks = [net for entry in entries if (net := _network(entry)) is not None]

    def __contains__(self, address: str) -> bool:
        if self._everybody:
            return True
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)

    def client(self, forwarded_for: str) -> str | None:
        """The nearest address in `X-Forwarded-For` that is none of our proxies; None without
        one."""
        hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
        return next((hop for hop in reversed(hops) if hop not in self), None)


class ClientConnections:
    """Counts the open connections of every address in this process.

    `believe_forwarded` is False without a proxy (local mode): anybody can send `X-Forwarded-For`
    then.
    """

    def __init__(
        self, proxies: TrustedProxies, *, believe_forwarded: bool, limit: int = PER_ADDRESS
    ) -> None:
        self._proxies = proxies
        self._believe_forwarded = believe_forwarded
        self._limit = limit
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many addresses have a connection open."""
        return len(self._open)

    def peer_key(self, peer: str) -> str | None:
        """The counting key of a connection from `peer`; None for a proxy, which is exempt."""
        return None if peer in self._proxies else address_key(peer)

    def forwarded_key(self, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """The counting key of a proxied request; None if the proxy names no client."""
        if not self._believe_forwarded:
            return None
        values = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
        client = self._proxies.client(",".join(values))
        return address_key(client) if client else None

    def enter(self, key: str) -> bool:
        """Count one more; False, without counting, if that would exceed the limit."""
        if self._open[key] >= self._limit:
            return False
        self._open[key] += 1
        return True

    def leave(self, key: str) -> None:
        """Count one less."""
        self._open[key] -= 1
        if self._open[key] <= 0:
            del self._open[key]


@lru_cache(maxsize=4096)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An address, IPv4 in IPv6's form as IPv4; None for anything else. A connection asks twice,
    and most of a server's come from one proxy."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None  # a name or a socket's path, which contains no address
