"""The C relay, for comparison: the least that gathering and sending on a provider's text can cost.

Built from `c_relay.c` with the machine's C compiler.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from msgspec import Struct

from benchmarks.machine import OUT, Cores, pin

SOURCE: Final = Path(__file__).with_name("c_relay.c")
PROGRAM: Final = OUT / "c_relay"


class CRelay(Struct, frozen=True):
    """A running relay."""

    port: int
    pid: int


def compiler() -> str | None:
    """The C compiler, if there is one."""
    return shutil.which("cc")


def program() -> Path:
    """The relay's program, built if its source has changed.

    Raises:
        click.ClickException: there is no compiler, or it refuses the source.
    """
    if PROGRAM.exists() and PROGRAM.stat().st_mtime > SOURCE.stat().st_mtime:
        return PROGRAM
    if (cc := compiler()) is None:
        raise click.ClickException("the C relay needs a C compiler (`cc`) on PATH")
    OUT.mkdir(exist_ok=True)
    done = subprocess.run(
        [cc, "-O2", "-Wall", "-Wextra", "-o", PROGRAM, SOURCE],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    if done.returncode:
        raise click.ClickException(f"the C relay cannot be built:\n{done.stderr[-2000:]}")
    return PROGRAM


@contextmanager
def running(provider: int, cores: Cores) -> Iterator[CRelay]:
    """Relay from the provider's port, on the server's core."""
    with subprocess.Popen([program(), str(provider)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            pin(process.pid, cores.server)
            yield CRelay(port, process.pid)
        finally:
            process.terminate()
