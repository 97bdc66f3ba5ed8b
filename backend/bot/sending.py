"""Sending with patience: Telegram asks to wait, restarts, or does not answer.

Telegram takes no key by which it would know a message sent twice. A call that got no answer is
made again all the same: a message that comes twice is better than one that does not come.
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

PAUSES = (0.5, 2.0, 5.0)
"""Seconds before the call is made again, if Telegram has not said how many."""
LONGEST_WAIT = 60
"""Seconds to wait with an answer in hand; what takes longer is left to whoever keeps it."""
PASSING = (TelegramServerError, TelegramNetworkError, ClientDecodeError)
"""Errors that pass. A proxy's page in place of JSON is a ClientDecodeError."""


async def patiently(call: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs) -> T:
    """Make a call of the Bot API, again if need be.

    Raises:
        TelegramRetryAfter: for longer than LONGEST_WAIT.
        AiogramError: refused, or still failing after all pauses.
    """
    for pause in PAUSES:
        try:
            return await call(*arguments, **named)
        except TelegramRetryAfter as error:
            if error.retry_after > LONGEST_WAIT:
                raise
            await asyncio.sleep(error.retry_after)
        except PASSING:
            await asyncio.sleep(pause)
    return await call(*arguments, **named)
