"""Logs: one JSON object for each event, without secrets and without what people wrote."""

import errno
import json
import logging
import re
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import structlog
from msgspec.structs import replace
from pydantic import BaseModel

from backend.errors import PortBusy
from backend.logs import set_up_logs
from backend.settings import Mode, Settings
from tests.conftest import BOT_TOKEN

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(settings: Settings) -> Lines:
    """Sets the logs up as JSON; calling it gives the lines written so far."""
    stream = StringIO()
    set_up_logs(replace(settings, log_format="json"), stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_object_an_event(lines: Lines) -> None:
    """Our own lines and a library's have the same form."""
    structlog.get_logger("tanya.test").warning("something_happened", count=3)
    logging.getLogger("library").warning("it said %s", "this")
    own, theirs = lines()
    assert (own["event"], own["count"], own["level"]) == ("something_happened", 3, "warning")
    assert (theirs["event"], theirs["logger"]) == ("it said this", "library")


@pytest.mark.parametrize("secret", [BOT_TOKEN, "xai-abcdefghijklmnop", "sk-proj-0123456789abcdef"])
def test_secrets_are_hidden(lines: Lines, secret: str) -> None:
    """A token or a key is hidden wherever it appears in a line."""
    logging.getLogger("library").error("GET /bot%s/getMe failed", secret)
    structlog.get_logger("tanya.test").error("oops", url=f"https://x/{secret}")
    written = lines()
    assert len(written) == 2
    assert secret not in json.dumps(written)


def quote(words: str) -> None:
    """Fail with the words in the error."""
    Quoting.model_validate({"number": words})


def look_up(words: str) -> None:
    """Fail with the words as the key."""
    dict[str, str]()[words]


class Quoting(BaseModel):
    """A model whose error quotes what it was given."""

    number: int


def test_nobodys_words_come_with_a_failure(lines: Lines) -> None:
    """A library's error that quotes its input is logged by kind and place only."""
    words = "my secret diary entry"
    for fail in (quote, look_up):
        try:
            fail(words)
        except Exception:
            structlog.get_logger("tanya.test").exception("it_failed")
    written = lines()
    assert words not in json.dumps(written)
    assert "ValidationError" in written[0]["exception"]
    assert "test_logs.py" in written[0]["exception"]


def test_our_own_failures_keep_their_words(lines: Lines) -> None:
    """An error whose text cannot hold people's words is logged with its text."""
    try:
        raise PortBusy(port=8000)
    except PortBusy:
        structlog.get_logger("tanya.test").exception("it_failed")
    assert "port=8000" in lines()[0]["exception"]


@pytest.fixture
def text(settings: Settings) -> Callable[[], str]:
    """Sets the logs up for a terminal; calling it gives what was written so far."""
    stream = StringIO()
    set_up_logs(replace(settings, log_format="text"), stream)
    return stream.getvalue


@pytest.mark.parametrize(
    "control",
    ["\x1b[2J", "\n2026 [error] forged", "\r", "\x9b31m", "\u202e", "\u2028", "\x7f", "\0"],
)
def test_a_terminal_gets_no_control_characters(text: Callable[[], str], control: str) -> None:
    """What came from outside neither moves the cursor nor begins a line, in the event, in a value
    and in an error's words."""
    logging.getLogger("library").warning("it said %s", control)
    structlog.get_logger("tanya.test").warning("heard", words=control)
    try:
        raise OSError(control)
    except OSError:
        structlog.get_logger("tanya.test").exception("failed")
    written = text()
    assert control not in written
    assert control.encode("unicode_escape").decode()[:4] in written
    assert written.count("\n") - written.count("\n  ") <= 5


def test_lines_for_people_are_short(text: Callable[[], str]) -> None:
    """A time of day, a level and what happened: no date, no logger's name."""
    structlog.get_logger("tanya.test").warning("something_happened", count=3)
    assert re.fullmatch(r"\d\d:\d\d:\d\d \[warning *\] something_happened +count=3\n", text())


@pytest.mark.parametrize(
    ("mode", "terminal", "as_json"),
    [("local", True, False), ("local", False, True), ("production", True, True)],
)
def test_the_form_follows_mode_and_terminal(
    settings: Settings, mode: Mode, terminal: bool, as_json: bool
) -> None:
    """Text is for a person in local mode; everything else reads JSON."""

    class Stream(StringIO):
        def isatty(self) -> bool:
            return terminal

    stream = Stream()
    set_up_logs(replace(settings, mode=mode), stream)
    structlog.get_logger("tanya.test").warning("something_happened")
    assert stream.getvalue().startswith("{") is as_json


class FullDisk(StringIO):
    """A file whose disk is full."""

    def write(self, text: str) -> int:
        """Fail as the kernel does."""
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_line_that_cannot_be_written_stops_nobody(settings: Settings) -> None:
    """Whoever logs to a full disk goes on."""
    set_up_logs(replace(settings, log_format="json"), FullDisk())
    structlog.get_logger("tanya.test").warning("something_happened")


def test_a_line_is_made_in_few_calls(lines: Lines) -> None:
    """Every answer and every request has a line: it is formed once, without the library's record of
    it. With that it took 160 calls."""
    log, calls = structlog.get_logger("tanya.test"), 0

    def count(_frame: object, event: str, _about: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    log.info("first")  # makes the logger
    sys.setprofile(count)
    try:
        log.info("request", method="GET", route="/api/me", status=200, ms=1.2)
    finally:
        sys.setprofile(None)
    assert lines()[-1]["route"] == "/api/me"
    assert calls < 90
