"""A fresh process: what is slow the first time is read or built beside its loop.

Exercises backend/lifecycle.py, backend/bot/models_on_demand.py.
"""

import time
from pathlib import Path

from backend.i18n import languages
from tests.fixtures.process import server_process

CALLS = 1 + 4 * len(languages())
"""Of the bot while it introduces itself: the menu button, and four in each language."""
WAIT_SECONDS = 90


def test_nobody_reads_of_a_held_loop_at_a_fresh_start(tmp_path: Path) -> None:
    """Until the bot has introduced itself in every language the log names neither Babel's first
    import nor pydantic's models."""
    with server_process(tmp_path) as server:
        deadline = time.monotonic() + WAIT_SECONDS
        while sum("/telegram-api/" in one for one in server.logged("request")) < CALLS:
            assert time.monotonic() < deadline, "the bot did not introduce itself"
            time.sleep(0.2)
        held = server.logged("loop_held")
    assert [one for one in held if "babel" in one or "pydantic" in one] == []
