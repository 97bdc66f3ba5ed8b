"""The timer wheel that paces all runs."""

import asyncio
from itertools import pairwise

from backend.generation.run.timer_wheel import EARLY, ROTATION, SLOTS, WIDTH, TimerWheel


class PlayedTime(asyncio.SelectorEventLoop):
    """A loop whose clock stands still while it works, and jumps where it would wait."""

    now = 0.0

    def time(self) -> float:
        """The played seconds."""
        return self.now

    def _due(self) -> float:
        due: float = self._scheduled[0].when()  # type: ignore[attr-defined]
        return max(self.now, due)

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.now = self._due()
        super()._run_once()  # type: ignore[misc]


def test_a_rotation_takes_90_to_100_ms() -> None:
    """Whenever in a slot a run begins to wait, it waits one rotation, less a slot at most."""

    async def waits() -> list[float]:
        wheel, loop = TimerWheel(), asyncio.get_running_loop()

        async def wait(delay: float) -> float:
            await asyncio.sleep(delay)
            begun = loop.time()
            await wheel.rotation()
            return loop.time() - begun

        return await asyncio.gather(*(wait(n * 0.0037) for n in range(40)))

    with asyncio.Runner(loop_factory=PlayedTime) as runner:
        spans = runner.run(waits())
    assert min(spans) >= ROTATION - WIDTH - 1e-9
    assert max(spans) <= ROTATION + 1e-9


class HastyTimers(PlayedTime):
    """Timers that fire 4 ms before their time."""

    def __init__(self) -> None:
        super().__init__()
        self._clock_resolution = 0.005

    def _due(self) -> float:
        due: float = self._scheduled[0].when() - 0.004  # type: ignore[attr-defined]
        return max(self.now + 0.0005, due)


def test_a_timer_that_fires_too_early_wakes_nobody() -> None:
    """A little early is taken for the time; more than that is waited out."""

    async def wait() -> float:
        begun = asyncio.get_running_loop().time()
        await TimerWheel().rotation()
        return asyncio.get_running_loop().time() - begun

    with asyncio.Runner(loop_factory=HastyTimers) as runner:
        assert ROTATION - EARLY - 1e-9 <= runner.run(wait()) <= ROTATION + 1e-9


async def test_runs_of_one_slot_are_woken_together() -> None:
    """Waits begun at the same moment end in the same turn of the loop."""
    wheel, woken = TimerWheel(), list[int]()

    async def wait(number: int) -> None:
        await wheel.rotation()
        woken.append(number)

    tasks = [asyncio.create_task(wait(number)) for number in range(100)]
    await wheel.rotation()
    await asyncio.sleep(0)
    assert woken == list(range(100))
    await asyncio.gather(*tasks)


async def test_the_wheel_stands_still_when_no_run_waits() -> None:
    """No timer is left once the last waiting run was woken."""
    wheel = TimerWheel()
    assert wheel.idle
    await asyncio.gather(wheel.rotation(), wheel.rotation())
    assert wheel.idle


async def test_a_cancelled_wait_does_not_disturb_the_others() -> None:
    """A run that is stopped while it waits leaves its slot in order."""
    wheel = TimerWheel()
    stopped, other = wheel.rotation(), wheel.rotation()
    stopped.cancel()
    await asyncio.wait_for(other, 30)
    assert wheel.idle


def test_a_loop_that_was_held_up_catches_up_at_once() -> None:
    """After a pause of the process no run waits longer than it would have."""
    loop = PlayedTime()

    async def late() -> float:
        wheel = TimerWheel()
        waits = [wheel.rotation()]
        await asyncio.sleep(0.02)
        waits.append(wheel.rotation())
        loop.now += 0.3
        begun = loop.time()
        await asyncio.gather(*waits)
        return loop.time() - begun

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        assert runner.run(late()) < WIDTH


def test_what_is_overdue_is_woken_one_slot_a_turn() -> None:
    """After a pause other work has its turn between the slots: no callback serves all runs."""
    loop = PlayedTime()

    async def woken_by_turn() -> list[int]:
        wheel = TimerWheel()
        waits = [wheel.rotation()]
        for _ in range(5):
            await asyncio.sleep(WIDTH)
            waits.append(wheel.rotation())
        loop.now += 3 * ROTATION  # something held the loop
        woken = [0]
        while woken[-1] < len(waits):
            await asyncio.sleep(0)
            woken.append(sum(wait.done() for wait in waits))
        return woken

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        woken = runner.run(woken_by_turn())
    assert max(now - before for before, now in pairwise(woken)) == 1


def test_a_long_pause_is_owed_once() -> None:
    """However long the loop was held up, the wheel has caught up after one rotation: runs that
    begin to wait then wait as long as ever, and are not woken turn after turn."""
    loop = PlayedTime()

    async def waited() -> float:
        wheel = TimerWheel()
        waits = [wheel.rotation()]
        loop.now += 50 * ROTATION  # the machine slept
        for _ in range(3 * SLOTS):
            await asyncio.sleep(0)
            waits.append(wheel.rotation())
        begun = loop.time()
        await wheel.rotation()
        return loop.time() - begun

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        assert runner.run(waited()) >= ROTATION - WIDTH - 1e-9
