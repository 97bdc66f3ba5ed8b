"""The emulator exists in local mode only."""

from pathlib import Path

import pytest

from backend.emulator import build_emulator
from backend.errors import SettingsInvalid
from backend.settings import Settings


def test_refused_outside_local_mode(tmp_path: Path) -> None:
    """Production can never serve an emulator, and none of its files appear."""
    settings = Settings(mode="production", data_dir=tmp_path)
    with pytest.raises(SettingsInvalid):
        build_emulator(settings)
    assert list(tmp_path.iterdir()) == []
