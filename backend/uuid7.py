"""UUIDv7 (RFC 9562 §5.7): ids that sort by the time of their making."""

import os
from datetime import UTC, datetime
from uuid import UUID


def uuid7(now: datetime | None = None) -> UUID:
    """A fresh UUIDv7; `now` (aware) sets its time part, to the millisecond."""
    moment = now or datetime.now(UTC)
    milliseconds = int(moment.timestamp() * 1000)
    value = milliseconds << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def is_uuid7(value: UUID) -> bool:
    """Whether `value` has the version and variant of a UUIDv7."""
    return value.version == 7
