"""The listening socket, and what start-up does for collections."""

import json
import socket
import subprocess
import sys

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


PAUSES = """
import gc, json, time
from backend.server import tune_garbage_collection

def pause():
    began = time.process_time()
    gc.collect()
    return time.process_time() - began

kept = [{"a": [number]} for number in range(200_000)]
gc.collect()
before = min(pause() for _ in range(3))
tune_garbage_collection()
print(json.dumps([before, min(pause() for _ in range(3)), gc.get_freeze_count()]))
"""


def test_a_full_collection_passes_over_what_start_up_made() -> None:
    """In a process of its own: a million objects held the loop for 0.7 s at each, now for 16 ms."""
    done = subprocess.run(
        [sys.executable, "-c", PAUSES], capture_output=True, text=True, check=True
    )
    before, after, frozen = json.loads(done.stdout)
    assert frozen > 400_000
    assert after < before / 4
