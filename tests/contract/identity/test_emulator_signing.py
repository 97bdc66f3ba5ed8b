"""The emulator signs launches by code of its own; what it signs is what Tanya verifies."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from backend.data_dir import new_bot_token
from backend.errors import InitDataExpired, InitDataForged, InitDataMissing
from backend.identity.init_data import sign, verify, verify_third_party
from telegram_emulator import Config, Emulator
from telegram_emulator import init_data as emulated
from telegram_emulator.actions import Launch
from telegram_emulator.launch import launch_url
from telegram_emulator.testing import ANN

TOKEN = "123456:TokenThatTelegramNeverMade"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
USER = '{"id":42,"first_name":"Ann"}'
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)

names = st.text(min_size=1, max_size=20)
values = st.text(max_size=60)


@given(st.dictionaries(names, values, max_size=6), st.none() | st.just(b"k" * 32))
def test_the_two_signers_agree_on_every_field(fields: dict[str, str], key: bytes | None) -> None:
    """The same string, or the same refusal, for whatever stands in the fields."""

    def signed(by: object) -> str:
        try:
            return str(by(fields, TOKEN, ed25519_private_key=key))  # type: ignore[operator]
        except ValueError:
            return "refused"

    assert signed(emulated.sign) == signed(sign)


@given(values.filter(lambda text: "\n" not in text and text.isprintable()))
def test_what_the_emulator_signs_is_verified(parameter: str) -> None:
    """By the bot's token, and by the third party's key."""
    fields = {
        "auth_date": str(int(NOW.timestamp())),
        "user": USER,
        "start_param": parameter,
    }
    raw = emulated.sign(fields, TOKEN, ed25519_private_key=KEY.private_bytes_raw())
    assert verify(raw, TOKEN, NOW, DAY).start_param == parameter
    public = KEY.public_key().public_bytes_raw()
    assert verify_third_party(raw, 123456, NOW, DAY, public).user.id == 42


@pytest.fixture
def emulator(tmp_path: Path) -> Emulator:
    """An emulator whose bot has a Mini App, as local mode builds it."""
    app = "http://localhost:8000/app"
    return Emulator(Config(token=new_bot_token(), state_dir=tmp_path, app_url=app), lambda: NOW)


def launched(emulator: Emulator, source: str = "menu", **changes: object) -> str:
    """The init data of a launch."""
    given = {"source": source, "platform": "weba", "version": "9.6", "theme_params": {}, **changes}
    return launch_url(emulator.hub, Launch(person_id=ANN, **given)).init_data  # type: ignore[arg-type]


def test_a_whole_launch_is_verified(emulator: Emulator) -> None:
    """Who, when and by which parameter."""
    data = verify(launched(emulator, start_param="a-b"), emulator.config.token, NOW, DAY)
    assert (data.user.id, data.auth_date, data.start_param) == (ANN, NOW, "a-b")


def test_bad_launches_fail_as_they_should(emulator: Emulator) -> None:
    """Forged, stale and missing init data are told apart by their own errors."""
    token = emulator.config.token
    with pytest.raises(InitDataForged):
        verify(launched(emulator, forged=True), token, NOW, DAY)
    with pytest.raises(InitDataExpired):
        verify(launched(emulator, age_seconds=90_000), token, NOW, DAY)
    with pytest.raises(InitDataMissing):
        verify(launched(emulator, source="keyboard"), token, NOW, DAY)
