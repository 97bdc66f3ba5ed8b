"""People's settings as generation wants them."""

from sqlalchemy.ext.asyncio import AsyncConnection

from backend import identity
from backend.db import Vault
from backend.errors import UserNotFound
from backend.generation import Preferences


class StoredPreferences:
    """Generation's port `PreferencesSource`, filled from identity."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def preferences(self, db: AsyncConnection, user_id: int) -> Preferences:
        """The person's settings; the defaults for somebody unknown."""
        try:
            person = await identity.profile(db, self._vault, user_id)
        except UserNotFound:
            return Preferences()
        return Preferences(
            hand_off=person.hand_off,
            model_id=person.model_id,
            custom_instructions=person.custom_instructions,
            suggestions=person.suggestions,
            persona_id=person.persona_id,
        )
