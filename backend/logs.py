"""Structured logs: one line an event, a request id throughout, never a secret or a message.

Everything goes through structlog, what the libraries write included, so that one filter sees
every line before it leaves.
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

# Bot tokens stand in the URLs that aiohttp may name in an error.
_SECRETS = re.compile(
    r"\d{5,16}:[A-Za-z0-9_-]{30,}|(?:sk|xai|gsk)-[A-Za-z0-9_-]{8,}|(?<=Bearer )[\w.~+/-]{16,}"
)

Event = MutableMapping[str, Any]

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
    """Replace whatever looks like a token or a key, wherever it stands in a line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRETS.sub("[hidden]", value)
    return event


def show_failure(_logger: object, _method: str, event: Event) -> Event:
    """Where a failure came from and what kind it is, without what a library quotes in its words.

    A validation error quotes its input, which may be somebody's message. Only the kinds below are
    known to speak of the program alone.
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
    words = f": {error}" if isinstance(error, SPEAK_OF_THE_PROGRAM) else ""
    yield f"{kind.__module__}.{kind.__qualname__}{words}"


def set_up_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard error) in the chosen form."""
    stream = stream or sys.stderr
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and stream.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        show_failure,
        hide_secrets,
    ]
    last = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    # Their information is said better by our own lines, or says too much.
    for noisy in ("aiogram.event", "aiogram.dispatcher", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
