"""Settings: every wrong value is one clear line, and the docs' table is the code's."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.db import new_master_key
from backend.errors import SettingsInvalid
from backend.settings import LOCAL_BOT_TOKEN, Settings, markdown_table, variable

ROOT = Path(__file__).parents[2]
REAL_TOKEN = "1234567:" + "a" * 35

PRODUCTION = {
    "TANYA_MODE": "production",
    "BOT_TOKEN": REAL_TOKEN,
    "MASTER_KEY": new_master_key(),
    "PUBLIC_URL": "https://tanya.example",
}


def test_nothing_set_is_local_mode() -> None:
    """Without any variable, a laptop gets the emulator on loopback."""
    settings = Settings.from_environment({})
    assert settings.local
    assert settings.host == "127.0.0.1"


def test_production_with_all_it_needs() -> None:
    """The four variables of the README are enough."""
    assert not Settings.from_environment(PRODUCTION).local


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"PORT": "web"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"DATA_DIR": "~nobody-of-this-name"}, "DATA_DIR"),
        ({"TANYA_MODE": "staging"}, "TANYA_MODE"),
        ({"ADMIN_IDS": "1,two"}, "ADMIN_IDS"),
        ({"BOT_TOKEN": "hello"}, "BOT_TOKEN"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"VALKEY_URL": "http://x"}, "VALKEY_URL"),
        ({"HOST": "0.0.0.0"}, "HOST"),
        ({"PUBLIC_URL": "http://localhost:8000/"}, "PUBLIC_URL"),
        ({"MAX_RUNS": "-1"}, "MAX_RUNS"),
        (PRODUCTION | {"BOT_TOKEN": LOCAL_BOT_TOKEN}, "BOT_TOKEN"),
        (PRODUCTION | {"MASTER_KEY": ""}, "MASTER_KEY"),
        (PRODUCTION | {"PUBLIC_URL": "http://tanya.example"}, "PUBLIC_URL"),
    ],
)
def test_a_wrong_value_is_named(change: dict[str, str], name: str) -> None:
    """The error names the variable, so that one line tells what to mend."""
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment(change)
    assert caught.value.details["name"] == name


def test_a_public_address_in_local_mode_must_be_meant() -> None:
    """Local mode trusts everyone, so listening for others takes a word."""
    settings = Settings.from_environment({"HOST": "0.0.0.0", "ALLOW_PUBLIC": "true"})
    assert settings.host == "0.0.0.0"


NAMES = [variable(name) for name in Settings.__struct_fields__]
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(st.dictionaries(st.sampled_from(NAMES), values))
def test_no_value_ever_gives_a_traceback(environment: dict[str, str]) -> None:
    """Whatever stands in the environment, it is accepted or refused by our own error."""
    try:
        Settings.from_environment(environment)
    except SettingsInvalid as error:
        assert error.details["reason"]


def test_the_docs_hold_the_same_table() -> None:
    """docs/settings.md shows what `tanya settings` prints, no more and no less."""
    page = (ROOT / "docs" / "settings.md").read_text()
    assert markdown_table() in page, "run `tanya settings` and put its table into docs/settings.md"
