"""Keys of temporary conversations in Valkey, for several processes. It forgets them by itself."""

import os
from datetime import datetime
from uuid import UUID

from backend.db.keys import KEY_BYTES
from backend.db.temporary_keys import TEMPORARY_LIFE
from backend.errors import Unavailable
from backend.valkey_client import UNREACHABLE, open_valkey


class ValkeyTemporaryKeys:
    """No local cache: a key dropped by one process is gone for all."""

    def __init__(self, url: str) -> None:
        self._valkey = open_valkey(url, socket_timeout=2, socket_connect_timeout=2)

    async def make(self, user_id: int, conversation_id: UUID, now: datetime) -> None:
        """As `TemporaryKeys` says. Raises Unavailable."""
        try:
            await self._valkey.set(
                _name(user_id, conversation_id), os.urandom(KEY_BYTES), nx=True, ex=TEMPORARY_LIFE
            )
        except UNREACHABLE as error:
            raise Unavailable from error

    async def find(self, user_id: int, conversation_id: UUID) -> bytes | None:
        """As `TemporaryKeys` says. Raises Unavailable."""
        try:
            found: bytes | None = await self._valkey.get(_name(user_id, conversation_id))
        except UNREACHABLE as error:
            raise Unavailable from error
        return found

    async def drop(self, user_id: int, conversation_id: UUID) -> None:
        """As `TemporaryKeys` says. Raises Unavailable."""
        try:
            await self._valkey.delete(_name(user_id, conversation_id))
        except UNREACHABLE as error:
            raise Unavailable from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._valkey.aclose()


def _name(user_id: int, conversation_id: UUID) -> str:
    return f"tanya:temporary-key:{user_id}:{conversation_id.hex}"
