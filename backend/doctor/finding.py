"""The result of checking one part, and its line of output."""

from collections.abc import Awaitable, Callable

import msgspec

from backend.errors import TanyaError
from backend.settings import Settings

REACH_SECONDS = 10
"""How long a server may take to answer."""


class Finding(msgspec.Struct, frozen=True):
    """The result for one part; `mend` is empty if it is well."""

    part: str
    state: str
    mend: str = ""

    @property
    def line(self) -> str:
        """The line that is printed."""
        mark = "✗" if self.mend else "✓"
        return f"{mark} {self.part}: {self.state}" + (f" → {self.mend}" if self.mend else "")


Check = Callable[[Settings], Awaitable[Finding]]


def kind_of(error: Exception) -> str:
    """The error's type, without its message, which may quote values."""
    return error.code if isinstance(error, TanyaError) else type(error).__name__
