"""Structured logs: one line an event, a request id throughout, never a secret or a message.

Everything goes through structlog, what the libraries write included, so that one filter sees
every line before it leaves.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from backend.settings import Settings

# Bot tokens stand in the URLs that aiohttp may name in an error.
_SECRETS = re.compile(
    r"\b\d{5,16}:[A-Za-z0-9_-]{30,}|\b(?:sk|xai|gsk)-[A-Za-z0-9_-]{8,}|(?<=Bearer )[\w.~+/-]{16,}"
)

Event = MutableMapping[str, Any]


def hide_secrets(_logger: object, _method: str, event: Event) -> Event:
    """Replace whatever looks like a token or a key, wherever it stands in a line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRETS.sub("[hidden]", value)
    return event


def set_up_logs(settings: Settings) -> None:
    """Send every log line of this process to standard error in the chosen form."""
    as_text = settings.log_format == "text" or (
        settings.log_format == "auto" and sys.stderr.isatty()
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    last = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
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
