"""Erasure on both databases, without the application."""

from datetime import timedelta

import sqlalchemy as sa

from backend.billing.fake import FakeStars
from backend.billing.service import Billing
from backend.db import Database, KeyRing, Vault
from backend.db.keys import decode_master_key
from backend.identity import Identity
from backend.privacy.access_log import AccessLog
from backend.privacy.erasure import CertificateSigner, Erasures
from backend.privacy.erasure.certificate import verify
from backend.privacy.erasure.steps import tables_of_people
from backend.settings import Settings
from tests.conftest import Clock
from tests.fixtures.history import talked

ANN = 42


async def test_no_row_names_the_person(
    database: Database, vault: Vault, clock: Clock, settings: Settings
) -> None:
    """Pages, the remaining rows and the certificate, over every table that has people's ids."""
    keys = KeyRing(decode_master_key(settings.master_key))
    identity = Identity(database, settings.bot_token, settings.mode, keys)
    erasures = Erasures(
        database,
        vault,
        clock,
        renewals=Billing(database, vault, FakeStars(), clock).renewals,
        sessions=identity,
        signer=CertificateSigner(keys),
        accesses=AccessLog(vault, clock),
        providers=list,
        extras=[],
    )
    erasures.settled_after = timedelta(0)
    await talked(database, vault, ANN, clock(), messages=1_200, conversations=3)
    await erasures.ask(ANN, "en")
    await erasures.ask(ANN, "en")  # requesting it twice has no further effect
    await erasures.confirm(ANN)
    async for _ in erasures.carry_out(ANN):
        pass
    found = verify(await erasures.certificate(ANN) or b"")
    assert found is not None
    assert {o.what: o.count for o in found.certificate.erased}["messages"] == 1_200
    await erasures.delivered(ANN)
    async with database.snapshot() as db:
        for table in tables_of_people():
            if table.name != "destroyed_keys":
                named = sa.select(table.c.user_id).where(table.c.user_id == ANN)
                assert (await db.execute(named)).first() is None, table.name
