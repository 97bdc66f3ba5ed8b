"""The C relay sends on every token of the mock provider, gathered.

Exercises benchmarks/c_relay.c.
"""

import pytest

from benchmarks import c_relay, people, rig
from benchmarks.load import Batch
from benchmarks.machine import cores

STREAMS, TOKENS = 20, 60


@pytest.mark.skipif(c_relay.compiler() is None, reason="no C compiler")
@pytest.mark.parametrize("rate", [100, 0])
def test_every_token_arrives_in_fewer_events(rate: int) -> None:
    """In order and to the end, paced and all at once; events hold several tokens each."""
    with rig.running(cores()) as around, c_relay.running(around.provider_port, cores()) as one:
        requests = [people.direct(TOKENS, rate)] * STREAMS
        around.open(Batch(one.port, requests, 1e6, TOKENS, people.END_OF_ANSWER))
        around.until(lambda counts: counts.ended == STREAMS, 60, "the ends")
        counts = around.counts()
    assert counts.tokens == STREAMS * TOKENS
    assert counts.whole == STREAMS
    assert counts.disordered == 0
    assert counts.events < STREAMS * TOKENS / 2
