"""The access log for the operator's commands, which have only the settings."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.data_dir import prepare
from backend.db import KeyRing, Vault
from backend.privacy.access_log import AccessLog, Action
from backend.settings import Settings


def record_with(
    settings: Callable[[], Settings], clock: Callable[[], datetime]
) -> Callable[[AsyncConnection, int, Action, str], Awaitable[None]]:
    """Notes what an operator looks at, with the master key of the settings."""

    async def record(db: AsyncConnection, user_id: int, action: Action, reason: str) -> None:
        log = AccessLog(Vault(KeyRing.from_settings(prepare(settings()))), clock)
        await log.record(db, user_id, action, actor="operator", reason=reason)

    return record
