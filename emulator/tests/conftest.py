"""For all tests: no access to the network, and no deadline for a busy machine."""

import gc
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A property test does not fail because the machine is busy.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


# What is imported and collected lives to the end: looking for garbage in it doubles the time.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on there is garbage, but none among the tests and all that they import."""
    gc.freeze()
    gc.enable()


def _refuse_outside(address: Any) -> None:
    host = address[0] if isinstance(address, tuple) else None
    if host in (None, "localhost", "") or ipaddress.ip_address(host).is_loopback:
        return
    raise RuntimeError(f"tests may not reach the network, and {host!r} is not this machine")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Sockets connect to this machine only."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        _refuse_outside(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(address)
        return connect_ex(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    patch.setattr(socket.socket, "connect_ex", guarded_ex)
    yield
    patch.undo()
