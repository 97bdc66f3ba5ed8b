"""Local mode in an installation that has no emulator, as production's has none."""

import socket
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from backend import local_mode
from backend.cli import main
from backend.errors import SettingsInvalid
from backend.settings import Settings
from telegram_emulator import Emulator


@pytest.fixture
def without_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import it, and Python says that there is no such module."""
    monkeypatch.setitem(sys.modules, "telegram_emulator", None)


@pytest.mark.usefixtures("without_emulator")
def test_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, no traceback."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(main, ["dev", "--no-browser"])
    assert result.exit_code == 1
    [line] = result.output.splitlines()
    assert "pip install --editable emulator" in line
    assert "TANYA_MODE" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("without_emulator")
def test_building_one_is_refused(settings: Settings) -> None:
    """With the setting to change; `tanya doctor` asks the same question."""
    with pytest.raises(SettingsInvalid, match="not installed here"):
        local_mode.build_emulator(settings)
    assert not local_mode.is_installed()


def test_a_second_server_over_one_directory_is_refused(settings: Settings) -> None:
    """The refusal names the setting that chooses the directory."""
    first, second = local_mode.build_emulator(settings), local_mode.build_emulator(settings)
    assert isinstance(first, Emulator)
    local_mode.claim_state(first)
    with pytest.raises(SettingsInvalid, match="DATA_DIR"):
        local_mode.claim_state(second)
    first.hub.store.release()


def test_a_newer_emulators_directory_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tanya dev` names the setting and the directory, and leaves what is there as it is."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("PORT", str(free.getsockname()[1]))
    world = tmp_path / "emulator" / "world.json"
    world.parent.mkdir()
    world.write_text('{"version": 999}')
    result = CliRunner().invoke(main, ["dev", "--no-browser"])
    assert result.exit_code == 1
    [line] = result.output.splitlines()
    assert "DATA_DIR" in line
    assert "written by a newer version (format 999)" in line
    assert world.read_text() == '{"version": 999}'
