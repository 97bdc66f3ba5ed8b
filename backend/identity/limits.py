"""Rate limits: token buckets, one for each rule and caller, in memory or in Valkey.

A bucket is stored as the moment at which it will be full again (the generic cell rate algorithm):
each request moves it by `rule.every`, and a request that would move it further ahead of the clock
than the whole bucket is refused until it would not.
"""

from collections import OrderedDict
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final, Protocol

import msgspec

from backend.errors import RateLimited


class Rule(msgspec.Struct, frozen=True):
    """`burst` requests at once, then one per `every` seconds. `name` separates buckets."""

    name: str
    burst: int
    every: float

    @property
    def span(self) -> float:
        """How long an empty bucket takes to fill, in seconds."""
        return self.burst * self.every


# Many people share one address behind a mobile carrier: a rule by address is for requests that
# carry no session, and generous; a rule by person is for all others.
SIGN_IN: Final = Rule("sign_in", burst=60, every=0.5)
ANONYMOUS: Final = Rule("anonymous", burst=300, every=0.05)
PERSON: Final = Rule("person", burst=120, every=0.2)
SEND: Final = Rule("send", burst=10, every=2.0)
SUGGEST: Final = Rule("suggest", burst=10, every=6.0)
CHECK: Final = Rule("check", burst=6, every=10.0)
APPEAL: Final = Rule("appeal", burst=5, every=30.0)
ERASE: Final = Rule("erase", burst=5, every=60.0)
EXPORT: Final = Rule("export", burst=6, every=300.0)
UPLOAD: Final = Rule("upload", burst=12, every=5.0)

MAX_BUCKETS: Final = 100_000
"""Buckets kept in memory; beyond, the least recently used are dropped, which makes them full."""


class Limiter(Protocol):
    """Counts requests against rules."""

    async def count_request(self, rule: Rule, key: str, now: datetime) -> None:
        """Count one request of `key`.

        Raises:
            RateLimited: too many; `retry_after` is the number of seconds until the next is
                accepted.
        """

    async def aclose(self) -> None:
        """Close connections."""


class MemoryLimiter:
    """Buckets of this process alone."""

    def __init__(self, size: int = MAX_BUCKETS) -> None:
        self._size = size
        self._full_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    async def count_request(self, rule: Rule, key: str, now: datetime) -> None:
        """As `Limiter` says."""
        bucket, moment = (rule.name, key), now.timestamp()
        full_at = self._full_at.get(bucket, moment)
        # If the clock was set back, nobody waits longer than for an empty bucket.
        full_at = min(max(full_at, moment), moment + rule.span)
        wait = full_at + rule.every - (moment + rule.span)
        refused = wait > _TOLERANCE
        self._full_at[bucket] = full_at if refused else full_at + rule.every
        self._full_at.move_to_end(bucket)
        if len(self._full_at) > self._size:
            self._full_at.popitem(last=False)
        if refused:
            raise RateLimited(retry_after=wait)

    async def aclose(self) -> None:
        """Nothing to close."""


# Floats of seconds since 1970 are inexact below a microsecond: without this, a request at exactly
# the allowed moment could be refused.
_TOLERANCE = 1e-5


@lru_cache(maxsize=4096)
def address_key(address: str) -> str:
    """The key of a network address; for IPv6 its /64, usually one household."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))
