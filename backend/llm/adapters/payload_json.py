"""Lenient JSON decoding: invalid UTF-8, lone surrogates, numbers of unexpected types.

Payloads are first decoded by msgspec, which is strict. What it refuses is decoded again here, as
the SSE standard decodes text: invalid bytes become U+FFFD and the answer continues. Strings may
then hold lone surrogates, since a pair can be cut between two payloads; the Gatherer joins them.
"""

import json
import math
from typing import Any, Final

import msgspec

MAX_COUNT: Final = 1_000_000_000
"""A higher count of tokens or calls is ignored."""

_REFUSED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def lenient_json(payload: bytes) -> Any:
    """The payload's value; None if it is not JSON."""
    try:
        return msgspec.json.decode(payload)
    except _REFUSED:
        pass
    try:
        return json.loads(payload.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None


def well_formed(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced by U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def token_count(told: Any, *names: str) -> int:
    """The first of these members that is a plausible count, else 0.

    Negative and infinite numbers, booleans and strings are ignored; fractions are rounded up.
    """
    if not isinstance(told, dict):
        return 0
    for name in names:
        value = told.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if 0 < value <= MAX_COUNT:
            return math.ceil(value)
    return 0


def micro_dollars(told: Any, name: str, *, per_unit: float) -> int | None:
    """A cost reported by the provider, `per_unit` micro-dollars each, rounded up.

    None if missing or zero: a zero does not say that the answer was free.
    """
    value = told.get(name) if isinstance(told, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 < value * per_unit <= 1_000_000 * MAX_COUNT:
        return None
    return math.ceil(round(value * per_unit, 6))


def query_of(text: Any) -> str | None:
    """The search query in a tool's arguments, which are JSON in a string or an object."""
    value = lenient_json(text.encode("utf-8", "replace")) if isinstance(text, str) else text
    query = value.get("query") if isinstance(value, dict) else None
    return query if isinstance(query, str) and query else None
