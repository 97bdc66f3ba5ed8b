"""What is said of providers has a source and a day, and is theirs alone."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from backend.llm.catalog.catalog_file import read
from backend.llm.catalog.providers_register import (
    FRESH_FOR,
    RegisterEntry,
    is_stale,
    read_register,
    registered_policy,
)
from backend.llm.model import DataPolicy, Provider

READ_ON = date(2026, 11, 29)
PROVIDERS = read().providers


@pytest.mark.parametrize(("provider", "entry"), read_register().items())
def test_every_fact_can_be_looked_up(provider: str, entry: RegisterEntry) -> None:
    """At the provider's own pages over HTTPS, read on a day that has been; and the catalog's
    provider of that name is who they are of."""
    assert entry.facts or entry.looked_on
    assert urlsplit(PROVIDERS[provider].base_url).hostname == entry.host
    for fact in entry.facts:
        assert fact.source.startswith("https://")
        assert fact.read_on <= datetime.now(UTC).date()


def test_every_provider_that_takes_a_key_is_in_it() -> None:
    """So that nobody is asked to agree to a provider that nobody has looked up. What an operator
    runs themselves, or names by an address, is theirs to tell of."""
    others = {one.id for one in PROVIDERS.values() if one.key and one.url is None}
    assert others - set(read_register()) == set()


def test_what_nobody_says_has_a_day_too() -> None:
    """A provider of which nothing is known was looked for, and grows stale like others."""
    policy = PROVIDERS["openrouter"].policy
    assert (policy.retention_days, policy.trains, policy.read_on) == (None, None, READ_ON)
    assert is_stale(PROVIDERS["openrouter"], READ_ON + FRESH_FOR + timedelta(days=1))


def test_the_catalog_takes_them_from_the_register() -> None:
    """With the pages and the day of the oldest."""
    policy = PROVIDERS["xai"].policy
    assert (policy.retention_days, policy.trains, policy.region) == (30, False, None)
    assert policy.sources == ("https://docs.x.ai/developers/faq/security",)
    assert policy.read_on == READ_ON


def test_an_address_elsewhere_is_somebody_elses() -> None:
    """An operator may send a provider's name to another server, of which nothing is known; and
    may say themselves what holds."""
    elsewhere = registered_policy("xai", "https://proxy.example/v1", DataPolicy())
    assert elsewhere == DataPolicy()
    own = DataPolicy(retention_days=0, sources=("https://example.org/",), read_on=READ_ON)
    assert registered_policy("xai", "https://api.x.ai/v1", own) == own


def provider(read_on: date | None, **more: object) -> Provider:
    """A provider with a key, of which something is said."""
    policy = DataPolicy(retention_days=30, read_on=read_on)
    values: dict[str, object] = {"key": "XAI_API_KEY", "policy": policy, **more}
    return Provider("p", "P", "responses", "https://p.invalid", **values)  # type: ignore[arg-type]


def test_what_was_read_long_ago_is_stale() -> None:
    """Also what nobody knows the day of; not one's own server, nor what says nothing at all."""
    last_day = READ_ON + FRESH_FOR
    assert not is_stale(provider(READ_ON), last_day)
    assert is_stale(provider(READ_ON), last_day + timedelta(days=1))
    assert is_stale(provider(None), READ_ON)
    assert not is_stale(provider(None, url="VLLM_URL"), READ_ON)
    assert not is_stale(provider(None, key=None), READ_ON)
    assert not is_stale(provider(None, policy=DataPolicy()), READ_ON)
