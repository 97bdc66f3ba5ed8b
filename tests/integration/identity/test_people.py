"""What is stored of a person: language and settings, their own text sealed.

Exercises backend/identity/people.py, backend/identity/schemas.py.
"""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend import errors
from backend.db import Database, Vault
from backend.identity import SettingsChange, change_settings, export, profile, remember
from backend.identity.tables import users
from tests.conftest import Clock


@pytest.fixture(autouse=True)
async def person(database: Database, clock: Clock) -> int:
    """A person with default settings."""
    async with database.unit_of_work() as db:
        await remember(db, 42, "ru", clock())
    return 42


async def test_signing_in_again(database: Database, vault: Vault, clock: Clock) -> None:
    """Signing in again updates the last visit and the language, and keeps everything else."""
    first = clock()
    async with database.unit_of_work() as db:
        await change_settings(db, vault, 42, SettingsChange(hand_off=False))
    clock.advance(days=1)
    async with database.unit_of_work() as db:
        await remember(db, 42, "ar", clock())
        kept = await profile(db, vault, 42)
    assert (kept.created_at, kept.seen_at) == (first, clock())
    assert (kept.language, kept.hand_off) == ("ar", False)


async def test_settings_change_one_by_one(database: Database, vault: Vault) -> None:
    """Fields that are not named stay; null clears; blank instructions are stored as none."""
    async with database.unit_of_work() as db:
        before = await profile(db, vault, 42)
        assert (before.hand_off, before.model_id, before.custom_instructions) == (True, None, None)
        await change_settings(db, vault, 42, SettingsChange())
        await change_settings(
            db, vault, 42, SettingsChange(custom_instructions=" Be brief. ", model_id="grok")
        )
        await change_settings(db, vault, 42, SettingsChange(model_id=None))
        kept = await profile(db, vault, 42)
        assert (kept.model_id, kept.custom_instructions) == (None, "Be brief.")
        await change_settings(db, vault, 42, SettingsChange(custom_instructions="  "))
        assert (await profile(db, vault, 42)).custom_instructions is None


async def test_instructions_are_sealed(database: Database, vault: Vault) -> None:
    """No word of them is readable in the database."""
    async with database.unit_of_work() as db:
        await change_settings(db, vault, 42, SettingsChange(custom_instructions="Be brief."))
        stored = (await db.execute(sa.select(users.c.custom_instructions))).scalar_one()
    assert b"brief" not in stored


async def test_limits(database: Database, vault: Vault) -> None:
    """Texts above their limit are refused with the field's name."""
    async with database.unit_of_work() as db:
        with pytest.raises(errors.InvalidField) as caught:
            await change_settings(db, vault, 42, SettingsChange(custom_instructions="x" * 4001))
        assert caught.value.details == {"field": "customInstructions", "limit": 4000}


async def test_unknown_person(database: Database, vault: Vault) -> None:
    """An unknown person has no profile: nothing to change and nothing to export."""
    async with database.unit_of_work() as db:
        with pytest.raises(errors.UserNotFound):
            await profile(db, vault, 7)
        with pytest.raises(errors.UserNotFound):
            await change_settings(db, vault, 7, SettingsChange(hand_off=False))
        assert await export(db, vault, 7) == {}


async def test_export_holds_everything(database: Database, vault: Vault, clock: Clock) -> None:
    """The export contains everything that is stored."""
    async with database.unit_of_work() as db:
        change = SettingsChange(custom_instructions="Be brief.", persona_id="teacher")
        await change_settings(db, vault, 42, change)
        copy = await export(db, vault, 42)
    assert copy["id"] == 42
    assert copy["seenAt"] == clock()
    assert copy["settings"] == {
        "handOff": True,
        "modelId": None,
        "customInstructions": "Be brief.",
        "suggestions": True,
        "personaId": "teacher",
        "retentionDays": None,
        "chosenLanguage": None,
        "redactOthers": False,
        "interactiveCards": False,
        "joinQuestions": False,
    }


@hypothesis_settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
async def test_any_text_comes_back(database: Database, vault: Vault, text: str) -> None:
    """Law: instructions are read back as written, without surrounding blanks."""
    async with database.unit_of_work() as db:
        await change_settings(db, vault, 42, SettingsChange(custom_instructions=text))
        assert (await profile(db, vault, 42)).custom_instructions == (text.strip() or None)
