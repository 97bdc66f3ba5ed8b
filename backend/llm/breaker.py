"""A circuit breaker: a provider that keeps failing is left alone for a while.

After `threshold` failures in a row it opens; when its time is over one request may probe, and
each failed probe doubles the time, up to `longest`. A clock is an argument: monotonic seconds.
"""

from collections.abc import Callable
from typing import Final

from backend.errors import (
    AnswerTruncated,
    ProviderError,
    ProviderExhausted,
    ProviderGarbled,
    ProviderRateLimited,
    ProviderRejectedKey,
    ProviderTimedOut,
)

_HEALTH: Final = (ProviderTimedOut, ProviderGarbled, AnswerTruncated)
_OPERATOR: Final = (ProviderRejectedKey, ProviderExhausted)


class Breaker:
    """The state of one provider."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        threshold: int = 5,
        seconds: float = 20.0,
        longest: float = 300.0,
    ) -> None:
        self._clock = clock
        self._threshold = threshold
        self._first = seconds
        self._longest = longest
        self._seconds = seconds
        self._failures = 0
        self._open_until: float | None = None
        self._probing = False

    @property
    def wait(self) -> float:
        """Seconds until the next request is let through; 0 when one may go now."""
        if self._open_until is None:
            return 0.0
        return max(0.0, self._open_until - self._clock())

    def allow(self) -> bool:
        """Whether a request may go. The one that probes closes the door behind it."""
        if self._open_until is None:
            return True
        if self.wait > 0:
            return False
        self._probing = True
        self._open_until = self._clock() + self._seconds
        return True

    def succeeded(self) -> None:
        """The provider answers: all is forgotten."""
        self._failures = 0
        self._seconds = self._first
        self._open_until = None
        self._probing = False

    def failed(self, error: ProviderError) -> None:
        """Count a failure that tells of the provider's health, not of the request."""
        if isinstance(error, _OPERATOR):
            self._failures = self._threshold  # it will fail for everybody until mended
        elif isinstance(error, _HEALTH) or error.retryable:
            if isinstance(error, ProviderRateLimited):
                return  # it is well, and has told when to come again
            self._failures += 1
        else:
            return
        if self._failures >= self._threshold:
            if self._probing:
                self._seconds = min(self._seconds * 2, self._longest)
                self._probing = False
            self._open_until = self._clock() + self._seconds
