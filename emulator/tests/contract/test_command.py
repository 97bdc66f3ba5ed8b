"""The `telegram-emulator` command, as a developer runs it."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from telegram_emulator.server import listen

COMMAND = [str(Path(sys.executable).with_name("telegram-emulator")), "--headless"]


@contextmanager
def running(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running emulator on a free port, and its address."""
    command = [*COMMAND, "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address is not None
            yield address[0], process
        finally:
            process.kill()


def answer_of(url: str) -> Any:
    """The JSON at an address."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def fails(*options: str) -> str:
    """The output of a start that must fail."""
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    return line


def test_a_newer_versions_state_is_not_touched(tmp_path: Path) -> None:
    """The command fails with one line, and the file is unchanged; an older file is read."""
    world = tmp_path / "world.json"
    world.write_text('{"version": 999, "people": {}, "unknown": 1}')
    assert "written by a newer version (format 999)" in fails("--state", str(tmp_path))
    assert json.loads(world.read_text())["version"] == 999
    world.write_text('{"version": 1, "next_message_id": 41}')
    with running("--token", "123:ABC", "--state", str(tmp_path)) as (page, _):
        assert answer_of(f"{page}bot123:ABC/getMe")["ok"]


def test_it_serves_a_bot_and_its_app(tmp_path: Path) -> None:
    """The Bot API at the root, the given names, the app behind the menu button; Ctrl-C stops it."""
    app = "http://localhost:5173/"
    options = ["--token", "123:ABC", "--app", app, "--state", str(tmp_path)]
    with running(*options, "--name", "Echo", "--username", "echo_bot") as (page, process):
        me = answer_of(f"{page}bot123:ABC/getMe")["result"]
        assert (me["id"], me["first_name"], me["username"]) == (123, "Echo", "echo_bot")
        button = answer_of(f"{page}bot123:ABC/getChatMenuButton")["result"]
        assert button["web_app"] == {"url": app}
        assert answer_of(f"{page}emulator/state")["bot"]["menuButton"] == button
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert (tmp_path / "world.json").exists()


def test_without_a_token_it_prints_a_new_one(tmp_path: Path) -> None:
    """It is the same at every start in the same directory."""
    with running("--state", str(tmp_path)) as (page, process):
        token = (tmp_path / "token").read_text().strip()
        assert process.stdout is not None
        assert token in process.stdout.readline()
        assert answer_of(f"{page}bot{token}/getMe")["ok"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--token", "no token"], "digits, a colon"),
        (["--token", "123:ABC", "--app", "localhost:5173"], "no address of a Mini App"),
        (["--token", "123:ABC", "--username", "x"], "no username"),
    ],
)
def test_a_wrong_option_is_one_line(options: list[str], reason: str, tmp_path: Path) -> None:
    """Nothing is written."""
    assert reason in fails(*options, "--state", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    """The line has the port's number."""
    with listen("127.0.0.1", 0) as busy:
        port = str(busy.getsockname()[1])
        assert port in fails("--token", "123:ABC", "--port", port, "--state", str(tmp_path))


def test_a_directory_in_use_is_one_line(tmp_path: Path) -> None:
    """Two emulators would overwrite each other's state."""
    options = ["--token", "123:ABC", "--state", str(tmp_path)]
    with running(*options):
        assert "in use" in fails(*options, "--port", "0")
