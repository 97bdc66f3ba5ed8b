"""Building an emulator, and that two never share a directory."""

import stat
from pathlib import Path

import pytest

from telegram_emulator import Config, ConfigInvalid, Emulator, StateInUse, kept_token
from telegram_emulator.testing import TOKEN


def test_building_one_writes_nothing(tmp_path: Path) -> None:
    """A process beside the server can read the clock without writing."""
    Emulator(Config(token=TOKEN, state_dir=tmp_path)).clock()
    assert list(tmp_path.iterdir()) == []


def test_two_emulators_cannot_share_a_directory(tmp_path: Path) -> None:
    """The second is refused; a worker that never claims the directory can read it."""
    config = Config(token=TOKEN, state_dir=tmp_path)
    first, second = Emulator(config), Emulator(config)
    first.claim()
    first.claim()  # repeating has no effect
    with pytest.raises(StateInUse, match=str(tmp_path)):
        second.claim()
    first.hub.store.release()
    second.claim()
    second.hub.store.release()


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "no colon"},
        {"token": "123:A B"},
        {"bot_username": "x"},
        {"app_url": "javascript:alert(1)"},
    ],
)
def test_an_invalid_configuration_is_one_line(wrong: dict[str, str], tmp_path: Path) -> None:
    """Token, username and app address must have Telegram's form."""
    with pytest.raises(ConfigInvalid):
        Config(**{"token": "123:ABC", "state_dir": tmp_path, **wrong})  # type: ignore[arg-type]


def test_a_directory_keeps_its_own_random_token(tmp_path: Path) -> None:
    """Another directory has another token, and only its owner can read the file."""
    first = kept_token(tmp_path / "a")
    assert kept_token(tmp_path / "a") == first
    assert kept_token(tmp_path / "b") != first
    assert stat.S_IMODE((tmp_path / "a" / "token").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["token"]
    assert Config(token=first, state_dir=tmp_path).token == first
