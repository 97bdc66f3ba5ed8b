"""Keys of temporary conversations: in memory, or in Valkey if there are several processes.

The id of a conversation says whether it is temporary: its client makes a UUIDv8 instead of a UUIDv7
(RFC 9562 §5.8). The right key therefore follows from the id, without a lookup that could be
forgotten.
"""

import os
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from backend.db.keys import KEY_BYTES
from backend.uuid7 import uuid7

TEMPORARY_LIFE: Final = timedelta(days=1)
"""How long a temporary conversation lasts unless its person closes it before."""


def is_temporary(conversation_id: UUID) -> bool:
    """Whether a conversation of this id is temporary."""
    return conversation_id.version == 8


def temporary_id(now: datetime) -> UUID:
    """A fresh id for a temporary conversation."""
    return UUID(int=uuid7(now).int & ~(0xF << 76) | 0x8 << 76)


class TemporaryKeys(Protocol):
    """Storage for the keys."""

    async def make(self, user_id: int, conversation_id: UUID, now: datetime) -> None:
        """Make the conversation's key for `TEMPORARY_LIFE`; an existing one is kept."""
        ...

    async def find(self, user_id: int, conversation_id: UUID) -> bytes | None:
        """The key; None once it is gone."""
        ...

    async def drop(self, user_id: int, conversation_id: UUID) -> None:
        """Destroy the key; repeats change nothing."""
        ...

    async def aclose(self) -> None:
        """Close what is open."""
        ...


class MemoryTemporaryKeys:
    """Keys in this process's memory, lost at a restart."""

    def __init__(self) -> None:
        self._keys: OrderedDict[tuple[int, UUID], tuple[datetime, bytes]] = OrderedDict()

    async def make(self, user_id: int, conversation_id: UUID, now: datetime) -> None:
        """See `TemporaryKeys`; also drops expired keys."""
        while self._keys and next(iter(self._keys.values()))[0] <= now:
            self._keys.popitem(last=False)
        entry = (now + TEMPORARY_LIFE, os.urandom(KEY_BYTES))
        self._keys.setdefault((user_id, conversation_id), entry)

    async def find(self, user_id: int, conversation_id: UUID) -> bytes | None:
        """As `TemporaryKeys` says."""
        found = self._keys.get((user_id, conversation_id))
        return found[1] if found else None

    async def drop(self, user_id: int, conversation_id: UUID) -> None:
        """As `TemporaryKeys` says."""
        self._keys.pop((user_id, conversation_id), None)

    async def aclose(self) -> None:
        """Nothing is open."""


def open_temporary_keys(valkey_url: str) -> TemporaryKeys:
    """The store for the settings: Valkey if `valkey_url` is set, else memory."""
    if not valkey_url:
        return MemoryTemporaryKeys()
    from backend.db.valkey_temporary_keys import ValkeyTemporaryKeys

    return ValkeyTemporaryKeys(valkey_url)
