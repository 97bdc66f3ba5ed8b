"""The timer wheel that paces all runs."""

import asyncio
from itertools import pairwise

import uvloop

from backend.generation.wheel import ROTATION, SLOTS, WIDTH, Wheel


class PlayedTime(asyncio.SelectorEventLoop):
    """A loop whose clock stands still while it works, and jumps where it would wait."""

    now = 0.0

    def time(self) -> float:
        """The played seconds."""
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.now = max(self.now, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def test_a_rotation_takes_90_to_100_ms() -> None:
    """Whenever in a slot a run begins to wait, it waits one rotation, less a slot at most."""

    async def waits() -> list[float]:
        wheel, loop = Wheel(), asyncio.get_running_loop()

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


async def test_runs_of_one_slot_are_woken_together() -> None:
    """Waits begun at the same moment end in the same turn of the loop."""
    wheel, woken = Wheel(), list[int]()

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
    wheel = Wheel()
    assert wheel.idle
    await asyncio.gather(wheel.rotation(), wheel.rotation())
    assert wheel.idle


async def test_a_cancelled_wait_does_not_disturb_the_others() -> None:
    """A run that is stopped while it waits leaves its slot in order."""
    wheel = Wheel()
    stopped, other = wheel.rotation(), wheel.rotation()
    stopped.cancel()
    await asyncio.wait_for(other, 30)
    assert wheel.idle


def test_a_loop_that_was_held_up_catches_up_at_once() -> None:
    """After a pause of the process no run waits longer than it would have."""
    loop = PlayedTime()

    async def late() -> float:
        wheel = Wheel()
        waits = [wheel.rotation()]
        await asyncio.sleep(0.02)
        waits.append(wheel.rotation())
        loop.now += 0.3
        begun = loop.time()
        await asyncio.gather(*waits)
        return loop.time() - begun

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        assert runner.run(late()) < WIDTH


async def test_what_is_overdue_is_woken_one_slot_a_turn() -> None:
    """After a pause other work has its turn between the slots: no callback serves all runs."""
    wheel, loop = Wheel(), asyncio.get_running_loop()
    waits = [wheel.rotation()]
    for _ in range(5):
        await asyncio.sleep(0.011)
        waits.append(wheel.rotation())
    held = loop.time()
    while loop.time() < held + 0.3:
        pass
    woken = [0]
    while woken[-1] < len(waits):
        await asyncio.sleep(0)
        woken.append(sum(wait.done() for wait in waits))
    assert max(now - before for before, now in pairwise(woken)) == 1


def test_a_timer_that_fires_early_does_not_spin() -> None:
    """Each slot costs one turn, also where timers are coarse, as uvloop's are."""

    async def turns() -> int:
        wheel, count = Wheel(), 0
        turn = wheel._turn

        def counted(loop: asyncio.AbstractEventLoop) -> None:
            nonlocal count
            count += 1
            turn(loop)

        wheel._turn = counted  # type: ignore[method-assign]
        for _ in range(5):
            await wheel.rotation()
        return count

    assert uvloop.run(turns()) <= 5 * (SLOTS + 1)
