"""Logs the stack of code that blocks the event loop.

A timer on the loop updates a timestamp that a thread checks. When it is late, the thread logs the
frames of the loop's thread. Time that the loop's thread spent ready but without a core, as the
kernel reports it, is subtracted, so a busy machine is not reported.
"""

import asyncio
import os
import sys
import threading
import time
import traceback
from typing import Final

import structlog

from backend.metrics import LOOP_LAG

log = structlog.get_logger("tanya.watchdog")

HELD_SECONDS: Final = 0.1
"""Held for longer than this is logged, once each time."""
BEAT_SECONDS: Final = 0.1
"""A hold that begins just after a beat is noticed this much later: each beat wakes the process."""
FRAMES: Final = 25
"""The most innermost frames that are logged."""


class LoopWatchdog:
    """Watches the running event loop of the thread that calls `start`."""

    def __init__(self, held_seconds: float = HELD_SECONDS) -> None:
        self._held_seconds = held_seconds
        self._ended = threading.Event()
        self._beats = 0
        self._last_beat = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()
        self._schedstat = _opened(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._beat()
        self._thread = threading.Thread(target=self._watch, name="loop-watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._ended.set()
        self._thread.join()
        if self._schedstat is not None:
            os.close(self._schedstat)
        if self._timer is not None:
            self._timer.cancel()

    def _beat(self) -> None:
        now = time.perf_counter()
        if self._beats:
            LOOP_LAG.observe(max(0.0, now - self._last_beat - BEAT_SECONDS))
        self._last_beat = now
        self._beats += 1
        self._timer = self._loop.call_later(BEAT_SECONDS, self._beat)

    def _watch(self) -> None:
        """Look when the newest beat known would be overdue, not at each beat: looking takes the
        interpreter's lock from the loop."""
        seen = reported = 0
        earlier = latest = self._runqueue_seconds()
        pause = BEAT_SECONDS
        while not self._ended.wait(pause):
            beats, waited = self._beats, self._runqueue_seconds()
            late = time.perf_counter() - self._last_beat - BEAT_SECONDS
            if beats != seen:
                # The look before was earlier than this beat: no wait since the beat is missed.
                seen, earlier, latest = beats, latest, waited
            else:
                held = late - (waited - earlier)
                if held > self._held_seconds and reported != beats == self._beats:
                    reported = beats
                    log.warning("loop_held", ms=round(held * 1000), stack=self._stack())
            pause = max(BEAT_SECONDS, self._held_seconds - late)

    def _runqueue_seconds(self) -> float:
        """Seconds that the loop's thread was ready to run but had no core; 0 if unknown."""
        if self._schedstat is None:
            return 0.0
        # Read from the open file: opening it at each look was a fifth of an idle server's work.
        return int(os.pread(self._schedstat, 100, 0).split()[1]) / 1e9

    def _stack(self) -> str:
        frame = sys._current_frames().get(self._thread_id)
        frames = traceback.extract_stack(frame)[-FRAMES:] if frame else []
        return "\n".join(f"  {one.filename}:{one.lineno} in {one.name}" for one in frames)


def _opened(path: str) -> int | None:
    """The file's descriptor; None where the system has no such file."""
    try:
        return os.open(path, os.O_RDONLY)
    except OSError:
        return None
