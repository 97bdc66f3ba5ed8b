"""The two processes around whatever is measured: the mock provider and the load generator."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import click
import msgspec
from msgspec import Struct

from benchmarks import load, provider
from benchmarks.load import Batch, Counts
from benchmarks.machine import Cores, Used, share, used

START_SECONDS = 60.0


class Child:
    """A process that is spoken to over a pipe."""

    def __init__(self, run: Callable[[Connection, frozenset[int]], None], cores: Cores) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, there = context.Pipe()
        self._process = context.Process(target=run, args=(there, cores.rest), daemon=True)
        self._process.start()
        there.close()
        assert self._process.pid is not None
        self.pid = self._process.pid
        if not self.pipe.poll(START_SECONDS):
            raise click.ClickException("a process of the bench did not start")
        self.said: int = self.pipe.recv()

    def end(self) -> None:
        """Close the pipe, which ends it."""
        self.pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()


class Moment(Struct, frozen=True):
    """Everything at one moment."""

    target: Used
    provider: Used
    load: Used
    counts: Counts


class Window(Struct, frozen=True):
    """Between two moments: CPU of the target for each token, and everybody's share of a core."""

    tokens: int
    seconds: float
    micros: float
    share: float
    provider_share: float
    load_share: float
    rss: int

    @classmethod
    def between(cls, before: Moment, after: Moment) -> "Window":
        """The figures of a stretch of time."""
        tokens = after.counts.tokens - before.counts.tokens
        cpu, wall = after.target.since(before.target)
        return cls(
            tokens=tokens,
            seconds=wall,
            micros=cpu / max(1, tokens) * 1e6,
            share=share(after.target, before.target),
            provider_share=share(after.provider, before.provider),
            load_share=share(after.load, before.load),
            rss=after.target.rss,
        )


class Rig:
    """The provider and the load generator, running."""

    def __init__(self, cores: Cores) -> None:
        self.cores = cores
        self.provider = Child(provider.run, cores)
        self.load = Child(load.run, cores)

    @property
    def provider_port(self) -> int:
        """Where the provider listens."""
        return self.provider.said

    def end(self) -> None:
        """End both."""
        self.load.end()
        self.provider.end()

    def open(self, batch: Batch) -> None:
        """Begin to open streams; returns at once."""
        self.load.pipe.send(("open", msgspec.msgpack.encode(batch)))

    def order(self, name: str) -> None:
        """Give the load generator an order without an answer."""
        self.load.pipe.send((name,))

    def counts(self) -> Counts:
        """What the load generator has seen until now.

        Raises:
            click.ClickException: something was refused, so that no figure would be true.
        """
        self.load.pipe.send(("count",))
        counts = msgspec.msgpack.decode(self.load.pipe.recv_bytes(), type=Counts)
        if counts.refused:
            raise click.ClickException(f"refused {len(counts.refused)}: {counts.refused[0]}")
        return counts

    def broken(self) -> dict[str, float]:
        """When the provider saw its marked answers broken off: by mark, in monotonic seconds."""
        self.provider.pipe.send(("broken",))
        broken: dict[str, float] = self.provider.pipe.recv()
        return broken

    def moment(self, *target: int) -> Moment:
        """Everything now; `target` are the processes that are measured."""
        return Moment(used(*target), used(self.provider.pid), used(self.load.pid), self.counts())

    def until(self, reached: Callable[[Counts], bool], seconds: float, what: str) -> None:
        """Wait until the counts say so.

        Raises:
            click.ClickException: it took too long.
        """
        over = time.monotonic() + seconds
        while not reached(counts := self.counts()):
            if time.monotonic() > over:
                raise click.ClickException(
                    f"gave up waiting for {what}: {counts.begun} begun, {counts.whole} whole, "
                    f"{counts.ended} ended of {counts.opened}"
                )
            time.sleep(0.1)


@contextmanager
def running(cores: Cores) -> Iterator[Rig]:
    """A provider and a load generator of one's own."""
    rig = Rig(cores)
    try:
        yield rig
    finally:
        rig.end()
