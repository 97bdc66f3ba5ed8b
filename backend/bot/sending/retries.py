"""Calls of the Bot API that are repeated after transient errors.

The Bot API takes no idempotency key, so a call that got no answer may have been carried out. It is
repeated all the same: a message that arrives twice is better than one that does not arrive.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

P = ParamSpec("P")
T = TypeVar("T")

RETRY_DELAYS = (0.5, 2.0, 5.0)
"""Seconds before each repetition, unless Telegram names a time."""
LONGEST_RETRY_AFTER = 60
"""Seconds of `retry_after` that are waited for; a longer wait is left to the caller."""
TRANSIENT_ERRORS = (TelegramServerError, TelegramNetworkError, ClientDecodeError)
"""A proxy's page in place of JSON is a ClientDecodeError."""


async def with_retries(call: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs) -> T:
    """Call a method of the bot, repeated after transient errors.

    Raises:
        TelegramRetryAfter: for longer than LONGEST_RETRY_AFTER.
        AiogramError: refused, or still failing after all repetitions.
    """
    for pause in RETRY_DELAYS:
        try:
            return await call(*arguments, **named)
        except TelegramRetryAfter as error:
            if error.retry_after > LONGEST_RETRY_AFTER:
                raise
            await asyncio.sleep(error.retry_after)
        except TRANSIENT_ERRORS:
            await asyncio.sleep(pause)
    return await call(*arguments, **named)
