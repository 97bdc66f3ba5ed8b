"""The soak in its short form, and that its judge sees what is lost.

Exercises benchmarks/soak.
"""

import pytest

from benchmarks.soak.__main__ import told
from benchmarks.soak.faults import FAULTS
from benchmarks.soak.judge import Verdict, judge
from benchmarks.soak.run import LEAST_SAMPLES, Outcome, Plan, soak
from benchmarks.soak.stage import staged


def outcome(samples: list[int], lost: list[str]) -> Outcome:
    """One with these samples of memory, and with what was lost."""
    return Outcome(Verdict(1, 1, 1, {}, 0, 0, 0, lost), [], [], samples, [])


def test_memory_is_judged_only_by_enough_samples() -> None:
    """A few say nothing; many that rise by more than the bound are a leak, many that stay not."""
    assert outcome([100, 200], []).level is None
    assert outcome([100] * LEAST_SAMPLES, []).level is True
    rising = [100 + number for number in range(LEAST_SAMPLES)]
    assert outcome(rising, []).level is False
    assert not outcome(rising, []).well
    assert not outcome([100], ["an answer"]).well
    assert told(outcome([100], ["an answer"]))[-1] == "1 things were lost."


@pytest.mark.slow
@pytest.mark.postgres
async def test_nothing_is_lost_under_every_fault() -> None:
    """Two web processes, a worker, PostgreSQL, Valkey, payments, files; each fault at least once:
    every question has one answer, as it was read, and every payment is booked once. What is made
    up afterwards, the judge finds."""
    lines: list[str] = []
    async with staged() as stage:
        ended = await soak(stage, Plan(seconds=20, people=4, every=3), lines.append)
        assert not ended.verdict.lost, ended.verdict.lost
        assert set(ended.faults) == set(FAULTS), lines
        assert ended.verdict.complete > 0
        whole = next(one for one in ended.visits if one.state == "complete")
        whole.text += "more"
        whole.files["01a22b7f-54d6-7c9a-adf9-50fe900ad3b4"] = "0"
        found = (await judge(stage, ended.visits)).lost
        assert sorted(line.split()[0] for line in found) == ["answer", "file"]
