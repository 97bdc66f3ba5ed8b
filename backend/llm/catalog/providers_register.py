"""The register of providers' data policies, for the catalog.

Facts are in providers_register.toml, each with its source and the day it was read.
"""

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from backend.llm.model import DataPolicy, Provider

REGISTER: Final = Path(__file__).with_name("providers_register.toml")
FRESH_FOR: Final = timedelta(days=180)

T = TypeVar("T")


class Fact(Struct, Generic[T], frozen=True, forbid_unknown_fields=True):
    """One statement of a provider, its source, and when it was read."""

    value: T
    source: str
    read_on: date


class RegisterEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One provider's statements; None if we know of none. `looked_on` is when missing ones were
    last searched for."""

    host: str
    looked_on: date | None = None
    trains: Fact[bool] | None = None
    retention_days: Fact[int] | None = None
    region: Fact[str] | None = None

    @property
    def facts(self) -> tuple[Fact[bool] | Fact[int] | Fact[str], ...]:
        """The known facts."""
        told = (self.trains, self.retention_days, self.region)
        return tuple(fact for fact in told if fact is not None)


@cache
def read_register(path: Path = REGISTER) -> dict[str, RegisterEntry]:
    """The entries by provider id."""
    return msgspec.convert(
        tomllib.loads(path.read_text(encoding="utf-8")), dict[str, RegisterEntry]
    )


def registered_policy(provider_id: str, base_url: str, given: DataPolicy) -> DataPolicy:
    """The policy to show: the register's where it has an entry for this provider at its own
    address, unless the catalog itself says when its facts were read."""
    entry = read_register().get(provider_id)
    if entry is None or given.read_on is not None or urlsplit(base_url).hostname != entry.host:
        return given
    days = [fact.read_on for fact in entry.facts]
    return DataPolicy(
        region=entry.region.value if entry.region else given.region,
        retention_days=entry.retention_days.value if entry.retention_days else None,
        trains=entry.trains.value if entry.trains else None,
        sources=tuple(dict.fromkeys(fact.source for fact in entry.facts)),
        read_on=min(days, default=entry.looked_on),
    )


def is_stale(provider: Provider, today: date) -> bool:
    """Whether the policy was read too long ago, or at an unknown time.

    An operator's own servers have no policy page.
    """
    policy = provider.policy
    is_own = provider.url is not None or provider.key is None
    if is_own or policy == DataPolicy():
        return False
    return policy.read_on is None or today - policy.read_on > FRESH_FOR
