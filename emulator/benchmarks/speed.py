"""Start-up time and messages a second: `python benchmarks/speed.py`.

A message is a person's text and the bot's answer to it, each over HTTP: an update by long polling,
a `sendMessage`, and the control API in between.
"""

import resource
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from telegram_emulator.client import Telegram, running

STARTS, MESSAGES = 5, 500


def main() -> None:
    """Measure, and print one line each."""
    taken, used = zip(*(start_once() for _ in range(STARTS)), strict=True)
    print(
        f"start: {statistics.median(taken):.2f} s, of it {statistics.median(used):.2f} s processor"
    )
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as telegram:
        print(f"messages: {talk(telegram):.0f} a second there and back")


def start_once() -> tuple[float, float]:
    """Seconds from the command to the first response, and the CPU time used in them."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        started = perf_counter()
        with running(Path(folder)) as telegram:
            telegram.call("getMe")
            taken = perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def talk(telegram: Telegram) -> float:
    """Messages per second, with this process as the bot."""
    person = telegram.person()
    person.start()
    offset, started = 0, perf_counter()
    for number in range(MESSAGES):
        person.send(str(number))
        for update in telegram.call("getUpdates", offset=offset, timeout=5)["result"]:
            offset = update["update_id"] + 1
            telegram.call("sendMessage", chat_id=person.id, text=update["message"]["text"])
    return MESSAGES / (perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())
