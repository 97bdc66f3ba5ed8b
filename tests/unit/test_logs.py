"""Logs: one JSON object an event; no secret and nobody's words, whoever wrote the line."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from msgspec.structs import replace
from pydantic import BaseModel

from backend.errors import PortBusy
from backend.logs import set_up_logs
from backend.settings import LOCAL_BOT_TOKEN, Settings

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(settings: Settings) -> Iterator[Lines]:
    """Sets the logs up as JSON; calling it gives the lines written so far."""
    root, stream = logging.getLogger(), StringIO()
    level = root.level
    set_up_logs(replace(settings, log_format="json"), stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers.clear()
    root.setLevel(level)
    structlog.reset_defaults()


def test_one_object_an_event(lines: Lines) -> None:
    """Our own lines and a library's have the same form."""
    structlog.get_logger("tanya.test").warning("something_happened", count=3)
    logging.getLogger("library").warning("it said %s", "this")
    own, theirs = lines()
    assert (own["event"], own["count"], own["level"]) == ("something_happened", 3, "warning")
    assert (theirs["event"], theirs["logger"]) == ("it said this", "library")


@pytest.mark.parametrize(
    "secret", [LOCAL_BOT_TOKEN, "xai-abcdefghijklmnop", "sk-proj-0123456789abcdef"]
)
def test_secrets_are_hidden(lines: Lines, secret: str) -> None:
    """A token or a key is hidden wherever it stands."""
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
    """What speaks of the program alone is shown."""
    try:
        raise PortBusy(port=8000)
    except PortBusy:
        structlog.get_logger("tanya.test").exception("it_failed")
    assert "port=8000" in lines()[0]["exception"]
