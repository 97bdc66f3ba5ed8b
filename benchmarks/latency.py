"""Time to the first token, beside the direct path: idle, under load, and while many chats begin."""

import time
from collections.abc import Callable

from msgspec import Struct

from benchmarks import nginx, people, rig, server
from benchmarks.load import Batch
from benchmarks.machine import cores
from benchmarks.report import Row, spread, store
from benchmarks.rig import Rig

PROBES = 200
SETTLE = 1.0


class Setting(Struct, frozen=True):
    """What goes on meanwhile. Streams in the background have 50 tokens a second each.

    `newcomers`: the people who ask never did before, so that their key and their day's row of
    the quota have to be made; else each has asked once, as nearly everybody who asks has.
    `times_nginx`: the target for what is added, in times of what nginx adds.
    """

    name: str
    background: int
    probes_a_second: float
    tokens: int
    p50: float | None
    p99: float | None
    newcomers: bool = False
    times_nginx: float | None = None


SETTINGS = (
    Setting("idle", 0, 15, 3, 2.0, None, times_nginx=4.0),
    Setting("idle, each person's first question ever", 0, 15, 3, None, None, newcomers=True),
    Setting("at 20,000 tokens/s", 400, 15, 3, 3.0, 25.0),
    Setting("at 50 new chats/s", 0, 50, 50, None, 30.0),
)


class Seen(Struct, frozen=True):
    """Times to the first token in milliseconds, by rank."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Seen":
        """The two that are looked at."""
        ranked = sorted(seconds)
        at = [min(len(ranked) - 1, int(len(ranked) * part)) for part in (0.5, 0.99)]
        return cls(ranked[at[0]] * 1000, ranked[at[1]] * 1000)


class Round(Struct, frozen=True):
    """One pass of each; nginx only where it is a yardstick."""

    directly: Seen
    ours: Seen
    nginx: Seen | None


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """All settings, `rounds` times; before each the direct path, to compare with."""
    probes = PROBES if seconds >= 8 else PROBES // 4
    for setting in SETTINGS:
        done: list[Round] = []
        for number in range(1, rounds + 1):
            done.append(_round(setting, probes))
            ours, directly = done[-1].ours, done[-1].directly
            say(
                f"first token {setting.name}, round {number} of {rounds}: "
                f"Tanya {ours.p50:.1f} / {ours.p99:.1f} ms, "
                f"directly {directly.p50:.1f} / {directly.p99:.1f} ms (p50 / p99)"
            )
        store("latency", f"time to first token, {setting.name}", _rows(setting, done))


def _round(setting: Setting, probes: int) -> Round:
    directly = _direct(setting, probes)
    by_nginx = _nginx(setting, probes) if setting.times_nginx else None
    return Round(directly, _tanya(setting, probes), by_nginx)


def _nginx(setting: Setting, probes: int) -> Seen:
    allowed = cores()
    with rig.running(allowed) as around, nginx.running(around.provider_port, allowed) as one:
        requests = [people.direct(setting.tokens, 50)] * probes
        return _probe(around, setting, one.port, requests, people.END_OF_ANSWER)


def _direct(setting: Setting, probes: int) -> Seen:
    with rig.running(cores()) as around:
        requests = [people.direct(setting.tokens, 50)] * probes
        return _probe(around, setting, around.provider_port, requests, people.END_OF_ANSWER)


def _tanya(setting: Setting, probes: int) -> Seen:
    allowed = cores()
    with rig.running(allowed) as around, server.running(around.provider_port, allowed) as [one]:
        signed = people.sign_in(one.port, probes)
        if not setting.newcomers:
            _ask_once(around, one.port, signed)
        requests = [people.question(token, setting.tokens, 50) for token in signed]
        if setting.background:
            _flow(around, setting, one.port, probes)
        return _probe(around, setting, one.port, requests, people.END_OF_RUN)


def _ask_once(around: Rig, port: int, signed: list[str]) -> None:
    """Let everybody have asked before."""
    requests = [people.question(token, 1, 0) for token in signed]
    around.open(Batch(port, requests, 100, 1, people.END_OF_RUN))
    around.until(lambda c: c.ended == len(requests), 30, "the questions before")
    around.order("reset")


def _flow(around: Rig, setting: Setting, port: int, probes: int) -> None:
    """Have all streams of the background open and flowing, for as long as probes are sent."""
    lasts = setting.background / 100 + probes / setting.probes_a_second + 6
    requests = people.questions(port, setting.background, int(50 * lasts), 50, first=5_000)
    around.open(Batch(port, requests, 100, int(50 * lasts), people.END_OF_RUN))
    around.until(lambda c: c.begun == setting.background, 60, "the background")


def _probe(around: Rig, setting: Setting, port: int, requests: list[bytes], end: bytes) -> Seen:
    time.sleep(SETTLE)
    rate = setting.probes_a_second
    around.open(Batch(port, requests, rate, setting.tokens, end, timed=True))
    around.until(
        lambda c: len(c.first) == len(requests), len(requests) / rate + 30, "the first tokens"
    )
    return Seen.of(around.counts().first)


def _rows(setting: Setting, done: list[Round]) -> list[Row]:
    """What is added is counted from the direct path's median."""
    added50 = [one.ours.p50 - one.directly.p50 for one in done]
    added99 = [one.ours.p99 - one.directly.p50 for one in done]
    return [
        _row("added p50, ms", added50, setting.p50),
        _row("added p99, ms", added99, setting.p99),
        Row("directly p50, ms", spread([one.directly.p50 for one in done], 1)),
        Row("directly p99, ms", spread([one.directly.p99 for one in done], 1)),
        *_beside_nginx(setting, done),
    ]


def _beside_nginx(setting: Setting, done: list[Round]) -> list[Row]:
    pairs = [(one, one.nginx.p50 - one.directly.p50) for one in done if one.nginx is not None]
    if not pairs or setting.times_nginx is None:
        return []
    # What nginx adds may be lost in the noise of a busy machine.
    times = [(one.ours.p50 - one.directly.p50) / max(added, 0.01) for one, added in pairs]
    return [
        Row("nginx's own added p50, ms", spread([added for _, added in pairs], 2)),
        Row.at_most("added p50 beside nginx's own", times, setting.times_nginx, 1),
    ]


def _row(name: str, values: list[float], most: float | None) -> Row:
    if most is None:
        return Row(name, spread(values, 1))
    return Row.at_most(name, values, most, 1)
