"""Rate limits: one suite for the one in memory and the one over a real Valkey."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.errors import RateLimited
from backend.identity.limits import Limiter, MemoryLimiter, Rule, address_key
from backend.identity.valkey_limits import ValkeyLimiter, open_limiter
from tests.conftest import Clock
from tests.fixtures.valkey import (
    ValkeyCluster,
    ValkeyServer,
    valkey_cluster,
    valkey_server,
    valkey_shared,
)

__all__ = ["valkey_cluster", "valkey_server", "valkey_shared"]

FIVE_THEN_ONE_A_SECOND = Rule("test", burst=5, every=1.0)


@pytest.fixture(params=["memory", "valkey_shared", "valkey_cluster"])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[Limiter]:
    """Each limiter, empty."""
    if request.param == "memory":
        made: Limiter = MemoryLimiter()
    else:
        server: ValkeyServer | ValkeyCluster = request.getfixturevalue(request.param)
        made = ValkeyLimiter(server.url)
    yield made
    await made.aclose()


@pytest.fixture
def key() -> str:
    """A caller nobody else is."""
    return uuid4().hex


async def waits(
    limiter: Limiter, key: str, clock: Clock, rule: Rule = FIVE_THEN_ONE_A_SECOND
) -> float:
    """Zero if a request is counted, else the seconds it is told to wait."""
    try:
        await limiter.count_request(rule, key, clock())
    except RateLimited as refused:
        return refused.retry_after or 0
    return 0


async def test_burst_then_steady(limiter: Limiter, key: str, clock: Clock) -> None:
    """A whole burst passes; then each request is told when to come, and may come then."""
    assert [await waits(limiter, key, clock) for _ in range(5)] == [0] * 5
    assert await waits(limiter, key, clock) == pytest.approx(1.0, abs=1e-3)
    clock.advance(seconds=0.25)
    assert await waits(limiter, key, clock) == pytest.approx(0.75, abs=1e-3)
    clock.advance(seconds=0.75)
    assert await waits(limiter, key, clock) == 0
    assert await waits(limiter, key, clock) > 0


async def test_refusals_cost_nothing(limiter: Limiter, key: str, clock: Clock) -> None:
    """Requests during a refusal do not delay the moment of admission."""
    for _ in range(50):
        await waits(limiter, key, clock)
    assert await waits(limiter, key, clock) == pytest.approx(1.0, abs=1e-3)


async def test_rest_fills_up_to_the_burst(limiter: Limiter, key: str, clock: Clock) -> None:
    """However long the pause, no more than one burst is allowed after it."""
    for _ in range(5):
        await waits(limiter, key, clock)
    clock.advance(days=1)
    assert [await waits(limiter, key, clock) == 0 for _ in range(6)] == [True] * 5 + [False]


async def test_callers_and_rules_are_apart(limiter: Limiter, key: str, clock: Clock) -> None:
    """One caller's bucket, or one rule's, is not another's."""
    for _ in range(6):
        await waits(limiter, key, clock)
    assert await waits(limiter, key + "x", clock) == 0
    assert await waits(limiter, key, clock, Rule("other", 1, 60)) == 0
    assert await waits(limiter, key, clock, Rule("other", 1, 60)) > 59


async def test_clock_set_back(limiter: Limiter, key: str, clock: Clock) -> None:
    """A clock that jumps back locks nobody out for longer than an empty bucket does."""
    for _ in range(5):
        await waits(limiter, key, clock)
    clock.now -= timedelta(days=30)
    assert await waits(limiter, key, clock) <= 1.001
    clock.advance(seconds=5)
    assert await waits(limiter, key, clock) == 0


async def test_at_once(limiter: Limiter, key: str, clock: Clock) -> None:
    """Requests at the same moment are each counted."""
    results = await asyncio.gather(*(waits(limiter, key, clock) for _ in range(20)))
    assert results.count(0) == 5


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    burst=st.integers(1, 8),
    every=st.sampled_from([0.05, 0.5, 1.0, 7.0]),
    pauses=st.lists(st.floats(0, 20, allow_nan=False), max_size=30),
)
async def test_never_more_than_the_rule(
    limiter: Limiter, clock: Clock, burst: int, every: float, pauses: list[float]
) -> None:
    """Law: in any stretch of time, at most the burst and one for each `every` pass; and whoever
    waits as told is admitted."""
    rule, key, admitted = Rule("law", burst, every), uuid4().hex, list[float]()
    for pause in pauses:
        clock.advance(seconds=pause)
        wait = await waits(limiter, key, clock, rule)
        if wait > 0:
            clock.advance(seconds=wait + 1e-5)
            assert await waits(limiter, key, clock, rule) == 0
        admitted.append(clock().timestamp())
    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            span = admitted[last] - admitted[first]
            assert last - first + 1 <= burst + span / every + 1e-2


async def test_memory_is_bounded(clock: Clock) -> None:
    """The limiter in memory keeps so many buckets and no more, the latest used."""
    limiter = MemoryLimiter(size=10)
    for _ in range(5):
        await waits(limiter, "kept", clock)
    for number in range(100):
        assert await waits(limiter, str(number), clock) == 0
        assert await waits(limiter, "kept", clock) > 0
    assert len(limiter) == 10


async def test_processes_count_together(
    valkey_shared: ValkeyServer, key: str, clock: Clock
) -> None:
    """Two processes over one Valkey admit one burst between them."""
    one, two = ValkeyLimiter(valkey_shared.url), ValkeyLimiter(valkey_shared.url)
    results = [await waits(limiter, key, clock) for limiter in (one, two) * 4]
    assert results.count(0) == 5
    await one.aclose()
    await two.aclose()


async def test_valkey_goes_and_comes_back(
    valkey_server: ValkeyServer, key: str, clock: Clock
) -> None:
    """Without Valkey a process counts by itself; with it back, they count together again."""
    limiter = open_limiter(valkey_server.url)
    assert await waits(limiter, key, clock) == 0
    valkey_server.kill()
    assert [await waits(limiter, key, clock) == 0 for _ in range(6)] == [True] * 5 + [False]
    valkey_server.start()
    assert [await waits(limiter, key, clock) == 0 for _ in range(6)] == [True] * 5 + [False]
    await limiter.aclose()


async def test_no_valkey_is_memory() -> None:
    """An empty setting keeps limits in memory."""
    assert isinstance(open_limiter(""), MemoryLimiter)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("unknown", "unknown"),
        ("x" * 1000, "x" * 64),
    ],
)
def test_address_keys(address: str, key: str) -> None:
    """IPv6 callers are told apart by network, not by address; nothing is unbounded."""
    assert address_key(address) == key
