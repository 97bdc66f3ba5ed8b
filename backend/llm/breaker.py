"""A circuit breaker: pauses requests to a provider that keeps failing.

After `threshold` failures in a row it opens; after a pause one request may probe, and each failed
probe doubles the pause, up to `longest`. The clock is an argument, in monotonic seconds.
"""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

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

Trouble: TypeAlias = Literal["key_rejected", "provider_failing"]
"""`key_rejected`: only the operator can mend it, also where the money there is spent."""


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
        self._key_rejected = False

    @property
    def trouble(self) -> Trouble | None:
        """Why the provider is left alone; None when it is not."""
        if self._open_until is None:
            return None
        return "key_rejected" if self._key_rejected else "provider_failing"

    @property
    def wait(self) -> float:
        """Seconds until the next request is allowed; 0 if one is now."""
        if self._open_until is None:
            return 0.0
        return max(0.0, self._open_until - self._clock())

    def allow(self) -> bool:
        """Whether a request is allowed. A probe blocks others until it ends."""
        if self._open_until is None:
            return True
        if self.wait > 0:
            return False
        self._probing = True
        self._open_until = self._clock() + self._seconds
        return True

    def succeeded(self) -> None:
        """Reset after a success."""
        self._failures = 0
        self._seconds = self._first
        self._open_until = None
        self._key_rejected = False
        self._probing = False

    def failed(self, error: ProviderError) -> None:
        """Count a failure of the provider, not of the request."""
        if isinstance(error, _OPERATOR):
            self._key_rejected = True
            self._failures = self._threshold  # fails for everybody until fixed
        elif isinstance(error, _HEALTH) or error.retryable:
            if isinstance(error, ProviderRateLimited):
                return  # it works, and said when to retry
            self._failures += 1
        else:
            return
        if self._failures >= self._threshold:
            if self._probing:
                self._seconds = min(self._seconds * 2, self._longest)
                self._probing = False
            self._open_until = self._clock() + self._seconds
