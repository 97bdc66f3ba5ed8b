"""`tanya key rotate`: seals under MASTER_KEY what MASTER_KEY_PREVIOUS has sealed.

The server runs on meanwhile, with both keys. Sessions need nothing done: a token signed with the
previous key is accepted for as long as that key is set, and is replaced by one signed with the
current key within two hours. The webhook's secret is renewed by `tanya telegram setup`.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from backend.bot.edge import INBOX_PURPOSE
from backend.bot.inbox.stored import reseal_updates
from backend.db import (
    Database,
    KeyRing,
    RotatingCipher,
    Vault,
    register_keys,
    retire_keys,
    rewrap_keys,
)
from backend.errors import SettingsInvalid
from backend.privacy import AccessLog
from backend.settings import Settings

LINE_EVERY = 10_000
"""People's keys for each line of progress."""


def run_rotation(
    settings: Settings, say: Callable[[str], None], clock: Callable[[], datetime]
) -> None:
    """Rotate and say how far it is, and note it in the access log. It can be interrupted and
    repeated at any time.

    Raises:
        SettingsInvalid: a key is missing, or is not the database's.
        Unavailable: the database cannot be used.
    """
    if not settings.master_key_previous:
        reason = "must hold the key that is to be replaced, and MASTER_KEY the new one"
        raise SettingsInvalid(name="MASTER_KEY_PREVIOUS", reason=reason)
    asyncio.run(_rotate(settings, say, clock))


async def _rotate(
    settings: Settings, say: Callable[[str], None], clock: Callable[[], datetime]
) -> None:
    keys = KeyRing.from_settings(settings)

    def progress(looked: int, total: int) -> None:
        if looked % LINE_EVERY == 0 or looked == total:
            say(f"{looked} of {total} people's keys are done.")

    database = Database.open(settings.database, pool_size=settings.database_pool_size)
    try:
        async with database.unit_of_work() as db:
            await register_keys(db, keys)
        changed = await rewrap_keys(database, keys, progress)
        inbox = RotatingCipher(*keys.derive_all(INBOX_PURPOSE))
        changed += await reseal_updates(database, inbox)
        async with database.unit_of_work() as db:
            await retire_keys(db, keys)
            await AccessLog(Vault(keys), clock).record_for_everybody(db, "key_rotation")
    finally:
        await database.close()
    say(f"{changed} keys and messages are sealed anew.")
    if not settings.webhook_secret and not settings.local:
        say("Now run `tanya telegram setup`, which gives Telegram the new secret.")
    say("In two hours, when no session of the previous key is left, remove MASTER_KEY_PREVIOUS.")
