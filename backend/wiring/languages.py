"""The language in which to write to a person."""

from backend import identity
from backend.db import Database, Vault
from backend.errors import UserNotFound

DEFAULT = "en"


class PersonLanguages:
    """Looks the language up in the person's profile."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def language_of(self, user_id: int) -> str:
        """Their language; English for somebody unknown."""
        async with self._database.snapshot() as db:
            try:
                return (await identity.profile(db, self._vault, user_id)).language
            except UserNotFound:
                return DEFAULT
