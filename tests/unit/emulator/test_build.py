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


def test_two_servers_cannot_share_a_world(tmp_path: Path) -> None:
    """The second is told to take another directory; a worker that never claims it may look."""
    first, second = (build_emulator(Settings(data_dir=tmp_path)) for _ in range(2))
    first.claim()
    first.claim()  # once more does no harm
    with pytest.raises(SettingsInvalid, match="DATA_DIR"):
        second.claim()
    first.hub.store.release()
    second.claim()
    second.hub.store.release()
