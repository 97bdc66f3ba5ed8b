"""Finding a person by the @name they give, without keeping names.

A username is stored as a keyed hash beside the person's id, from init data and from messages to the
bot. The key is random and sealed under the master key, so neither the database nor the master key
alone can tell whether a name is in there. Telegram lets a bot look up nobody's id by their name.
"""

import hmac
import re
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from backend.db import Database, Vault
from backend.errors import InvalidField, UsernameNotKnown
from backend.identity.schemas import SeenUsername
from backend.identity.tables import users

KEY_PURPOSE: Final = "usernames"
MAX_WORDS: Final = 256
"""The longest id, name or link that is read, in characters."""
LARGEST_ID: Final = 2**52 - 1
"""Telegram's ids have at most 52 significant bits (Bot API, `User.id`)."""

# Four characters are the fewest that Telegram sells, 32 the most (core.telegram.org/api/links).
_NAME: Final = "([a-z][a-z0-9_]{3,31})"
_HOST: Final = r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)"
_REST: Final = r"/?(?:[?#].*)?"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        f"@?{_NAME}",
        f"{_HOST}/@?{_NAME}{_REST}",
        rf"(?:https?://)?{_NAME}\.t\.me{_REST}",
        f"tg://resolve/?\\?domain={_NAME}(?:&.*)?",
    )
)
_UNSEEN: Final = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
"""What copying from a chat adds: spaces and marks of direction."""

_BY_HASH = (
    sa.select(users.c.user_id)
    .where(users.c.username_hash == sa.bindparam("hash"))
    .order_by(users.c.username_since.desc())
    .limit(1)
)


class Usernames:
    """Hashes usernames, and finds people by them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._key: bytes | None = None

    async def seen(self, username: str | None, at: datetime) -> SeenUsername:
        """What is stored of a username that Telegram told at this time. Not to be called within a
        transaction: the first call may make the key, in one of its own."""
        return SeenUsername(await self._hash(username) if username else None, at)

    async def find(self, words: str) -> int:
        """The id of the person that an operator names by id, @name or link. An id may be nobody's.

        Raises:
            InvalidField: it is none of these.
            UsernameNotKnown: nobody who has come was last seen with this name.
        """
        sought = read_person(words)
        if isinstance(sought, int):
            return sought
        name_hash = await self._hash(sought)
        async with self._database.snapshot() as db:
            found: int | None = await db.scalar(_BY_HASH, {"hash": name_hash})
        if found is None:
            raise UsernameNotKnown
        return found

    async def _hash(self, username: str) -> bytes:
        if self._key is None:
            async with self._database.unit_of_work() as db:
                key = await self._vault.shared_key(db, KEY_PURPOSE)
            self._key = key
        return hmac.digest(self._key, username.lower().encode(), "sha256")


def read_person(words: str) -> int | str:
    """A Telegram id, or a username in lower case, from what an operator typed or pasted: an id, a
    name with or without @, or a link to a profile.

    Raises:
        InvalidField: it is none of these.
    """
    text = _UNSEEN.sub("", words[: MAX_WORDS + 1])
    if len(text) <= MAX_WORDS:
        if text.isdecimal() and 0 < int(text) <= LARGEST_ID:
            return int(text)
        for form in _FORMS:
            if found := form.fullmatch(text):
                return found[1].lower()
    raise InvalidField(field="person")
