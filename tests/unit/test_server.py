"""The listening socket."""

import socket

import pytest

from backend.server import GONE_SECONDS, bind


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux's own")
def test_a_reader_that_is_silently_gone_is_let_go() -> None:
    """Accepted connections give up in time on an end that acknowledges nothing more."""
    with bind("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            timeout = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert timeout == GONE_SECONDS * 1000
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            idle = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
            assert idle < GONE_SECONDS
