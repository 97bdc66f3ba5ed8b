"""Settings: every wrong value is one clear line, and the docs' table is the code's.

Exercises backend/settings_checks.py.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.bot.account.client import make_bot
from backend.db import new_master_key
from backend.errors import SettingsInvalid
from backend.settings import Settings, variable
from backend.settings_table import markdown_table

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
        ({"PUBLIC_URL": "https://tanya.example/app"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://"}, "PUBLIC_URL"),
        ({"WEBHOOK_SECRET": "with spaces"}, "WEBHOOK_SECRET"),
        ({"TRUSTED_PROXIES": "10.0.0.1, caddy"}, "TRUSTED_PROXIES"),
        ({"OLLAMA_URL": "localhost:11434"}, "OLLAMA_URL"),
        ({"TELEGRAM_API_URL": "localhost:8081"}, "TELEGRAM_API_URL"),
        (PRODUCTION | {"BOT_TOKEN": ""}, "BOT_TOKEN"),
        (PRODUCTION | {"MASTER_KEY": ""}, "MASTER_KEY"),
        (PRODUCTION | {"PUBLIC_URL": "http://tanya.example"}, "PUBLIC_URL"),
    ],
)
def test_a_wrong_value_is_named(change: dict[str, str], name: str) -> None:
    """The error names the variable that is wrong."""
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment(change)
    assert caught.value.details["name"] == name


def test_a_public_address_in_local_mode_must_be_meant() -> None:
    """Local mode trusts everyone, so listening on other addresses needs a setting."""
    settings = Settings.from_environment({"HOST": "0.0.0.0", "ALLOW_PUBLIC": "true"})
    assert settings.host == "0.0.0.0"


def test_a_platforms_port_is_listened_on_for_its_router() -> None:
    """Where a platform gives PORT, its router must reach the server; a laptop stays on loopback,
    and a HOST that is given counts."""
    assert Settings.from_environment(PRODUCTION | {"PORT": "5000"}).host == "0.0.0.0"
    assert Settings.from_environment(PRODUCTION).host == "127.0.0.1"
    assert Settings.from_environment({"PORT": "5000"}).host == "127.0.0.1"
    given = PRODUCTION | {"PORT": "5000", "HOST": "127.0.0.1"}
    assert Settings.from_environment(given).host == "127.0.0.1"


def test_a_bot_api_server_of_ones_own_is_asked() -> None:
    """TELEGRAM_API_URL takes the place of Telegram's own server for every method and file."""
    settings = Settings.from_environment(
        PRODUCTION | {"TELEGRAM_API_URL": "http://127.0.0.1:8081/"}
    )
    server = make_bot(settings).session.api
    assert server.api_url("1:a", "getMe") == "http://127.0.0.1:8081/bot1:a/getMe"


NAMES = [variable(name) for name in Settings.__struct_fields__]
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(st.dictionaries(st.sampled_from(NAMES), values))
def test_no_value_ever_gives_a_traceback(environment: dict[str, str]) -> None:
    """Any environment is either accepted or refused by our own error."""
    try:
        Settings.from_environment(environment)
    except SettingsInvalid as error:
        assert error.details["reason"]


def test_the_docs_hold_the_same_table() -> None:
    """docs/settings.md shows what `tanya settings` prints, no more and no less."""
    page = (ROOT / "docs" / "settings.md").read_text()
    assert markdown_table() in page, "run `tanya settings` and put its table into docs/settings.md"
