"""Rate limits in Valkey, shared by all processes.

While Valkey does not answer, each process counts by itself: limits are looser, and nobody is
refused because of the outage.
"""

from datetime import datetime
from typing import Any, Final

import structlog

from backend.errors import RateLimited
from backend.identity.limits import Limiter, MemoryLimiter, Rule
from backend.valkey_client import UNREACHABLE, open_valkey

log = structlog.get_logger("tanya.identity")

ANSWER_SECONDS: Final = 0.25
"""How long to wait for Valkey before this process counts by itself."""

# KEYS: the bucket. ARGV: now, the rule's `every` and `span`, in seconds. Answers the seconds to
# wait, as text because Valkey cuts Lua's numbers to integers; "0" when the request is counted.
# `limits.py` explains the arithmetic, and the same contract suite holds both to it.
_TAKE = """
local now, every, span = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = tonumber(server.call('GET', KEYS[1]) or now)
full = math.min(math.max(full, now), now + span)
local wait = full + every - (now + span)
local refused = wait > 0.00001
if not refused then full = full + every end
server.call('SET', KEYS[1], string.format('%.6f', full),
            'PX', math.ceil((full - now) * 1000) + 1000)
return refused and string.format('%.6f', wait) or '0'
"""


class ValkeyLimiter:
    """Buckets that all processes share."""

    def __init__(self, url: str) -> None:
        self._valkey = open_valkey(
            url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
        )
        self._script: Any = self._valkey.register_script(_TAKE)
        self._alone = MemoryLimiter()
        self._answering = True

    async def count_request(self, rule: Rule, key: str, now: datetime) -> None:
        """As `Limiter` says."""
        try:
            wait = float(
                await self._script(
                    keys=[f"tanya:limit:{rule.name}:{key}"],
                    args=[f"{now.timestamp():.6f}", rule.every, rule.span],
                )
            )
        except UNREACHABLE as error:
            self._note(answering=False, error=type(error).__name__)
            return await self._alone.count_request(rule, key, now)
        self._note(answering=True)
        if wait > 0:
            raise RateLimited(retry_after=wait)

    def _note(self, *, answering: bool, error: str | None = None) -> None:
        """Log each change once, not each request."""
        if answering != self._answering:
            log.warning("limits_shared" if answering else "limits_not_shared", error=error)
        self._answering = answering

    async def aclose(self) -> None:
        """Close the connections."""
        await self._valkey.aclose()


def open_limiter(valkey_url: str) -> Limiter:
    """The limiter for the settings: Valkey if `valkey_url` is set, else memory."""
    return ValkeyLimiter(valkey_url) if valkey_url else MemoryLimiter()
