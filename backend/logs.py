"""Structured logs: one line an event, a request id throughout, never a secret or a message.

All logging, that of libraries included, goes through structlog, so one filter sees every line.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any, TextIO

import structlog

from backend.errors import TanyaError
from backend.settings import Settings

# Bot tokens are part of the URLs that aiohttp may name in an error.
_SECRETS = re.compile(
    r"\d{5,16}:[A-Za-z0-9_-]{30,}|(?:sk|xai|gsk)-[A-Za-z0-9_-]{8,}|(?<=Bearer )[\w.~+/-]{16,}"
)
_SHORTEST_SECRET = 11
"""Not looked for in anything shorter."""

Event = MutableMapping[str, Any]

# C0 and C1 controls, which terminals obey, line separators, and marks that turn text around.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

# Our own lines report the same, without personal data.
_NOISY = (
    "aiogram.dispatcher",
    "aiogram.event",
    "alembic.runtime",
    "uvicorn.access",
    "uvicorn.error",
)

SPEAK_OF_THE_PROGRAM = (
    TanyaError,
    OSError,
    AttributeError,
    ImportError,
    NameError,
    NotImplementedError,
    TypeError,
)


def hide_secrets(_logger: object, _method: str, event: Event) -> Event:
    """Replace everything that looks like a token or a key."""
    for key, value in event.items():
        if isinstance(value, str) and len(value) >= _SHORTEST_SECRET:
            event[key] = _SECRETS.sub("[hidden]", value)
    return event


def escape_controls(_logger: object, _method: str, event: Event) -> Event:
    """Show control characters as escapes, so that no text that came from outside can move the
    cursor or begin a line of its own in a terminal. JSON does the same by itself."""
    for key, value in event.items():
        if isinstance(value, str):
            lines = value.split("\n") if key == "exception" else [value]
            event[key] = "\n".join(_CONTROLS.sub(_escaped, line) for line in lines)
    return event


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def show_failure(_logger: object, _method: str, event: Event) -> Event:
    """An exception's type and traceback, without its message, in which libraries quote values.

    A validation error quotes its input, which may be somebody's message. Only the messages of the
    types below are known not to contain any.
    """
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()[1]
    if isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event["exception"] = "\n".join(_failure_lines(info))
    return event


def _failure_lines(error: BaseException) -> Iterator[str]:
    if (cause := error.__cause__ or error.__context__) is not None:
        yield from _failure_lines(cause)
        yield "then:"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    kind = type(error)
    said = isinstance(error, SPEAK_OF_THE_PROGRAM)
    words = f": {_CONTROLS.sub(_escaped, str(error))}" if said else ""
    yield f"{kind.__module__}.{kind.__qualname__}{words}"


class _Output:
    """Writes our own lines where the library's handler writes those of others.

    A handler of its own makes a record of each line, looks for the caller and forms the line from
    a copy: two thirds of what a line costs.
    """

    def __init__(self, name: str, handler: logging.StreamHandler[TextIO]) -> None:
        self.name = name
        self._handler = handler

    def write(self, line: str) -> None:
        """Write one line; whoever logs goes on if that is not possible: a full disk, no reader."""
        handler = self._handler
        handler.acquire()
        try:
            handler.stream.write(line + "\n")
            handler.stream.flush()
        except (OSError, ValueError):
            pass
        finally:
            handler.release()

    debug = info = warning = error = critical = exception = write


def set_up_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard error) in the chosen form."""
    stream = stream or sys.stderr
    watched = settings.local and stream.isatty()
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and watched)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        show_failure,
        hide_secrets,
    ]
    last = _text_form(stream) if as_text else [structlog.processors.JSONRenderer()]
    handler = logging.StreamHandler(stream)
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=lambda name="tanya": _Output(name, handler),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        cache_logger_on_first_use=True,
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _text_form(stream: TextIO) -> list[Any]:
    """For a person at a terminal: the time of day, the level, what happened."""

    def shorten(_logger: object, _method: str, event: Event) -> Event:
        event["timestamp"] = str(event.get("timestamp", ""))[11:19]
        event.pop("logger", None)
        return event

    console = structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=0, sort_keys=False)
    return [shorten, escape_controls, console]
