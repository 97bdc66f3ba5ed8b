"""Use cases of invitations and promo codes, a transaction each."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from backend.billing import promo, referrals
from backend.billing.promo import PromoUse
from backend.billing.referrals import Joined
from backend.db import Database, Vault


class Invitations(Struct, frozen=True):
    """A person's invitations: the code of their link, friends who came, friends who subscribed."""

    code: str
    came: int
    subscribed: int


class Growth:
    """Use cases of invitations and promo codes."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def invitations(self, user_id: int) -> Invitations:
        """The person's own invitations."""
        async with self._database.unit_of_work() as db:
            code = await referrals.code_of(db, self._vault, user_id)
            return Invitations(code, *await referrals.figures(db, user_id))

    async def accept_invitation(self, user_id: int, code: str) -> Joined:
        """Record that somebody came by an invitation."""
        async with self._database.unit_of_work() as db:
            return await referrals.accept_invitation(db, self._vault, user_id, code, self._clock())

    async def use_promo(self, user_id: int, code: str) -> PromoUse:
        """Somebody enters a promo code.

        Raises:
            PersonBanned: the operator gives them nothing now.
        """
        async with self._database.unit_of_work() as db:
            return await promo.use(db, user_id, code.strip().upper(), self._clock())
