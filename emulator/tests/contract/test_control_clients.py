"""The clients of the control API, as a bot's tests use them: pytest's and Node's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hatch_build import find_node
from telegram_emulator.client import Person, Silence, Telegram, replay, running
from telegram_emulator.errors import ActionRefused

pytest_plugins = ["telegram_emulator.pytest_plugin"]

SHOP = Path(__file__).parent / "control"
BUSY = 60.0
"""Seconds for a bot to start on a busy machine."""


@contextmanager
def shop(telegram: Telegram) -> Iterator[None]:
    """The bot under test, in a process of its own."""
    environment = os.environ | {"BOT_TOKEN": telegram.token, "API_ROOT": telegram.origin}
    with subprocess.Popen([sys.executable, SHOP / "shop.py"], env=environment) as process:
        try:
            yield
        finally:
            process.kill()


@pytest.fixture(scope="module")
def _bot(telegram: Telegram) -> Iterator[None]:
    """The shop bot, for all tests that share an emulator."""
    with shop(telegram):
        yield


@pytest.mark.usefixtures("_bot")
def test_a_person_starts_presses_pays_and_is_renewed(telegram: Telegram, person: Person) -> None:
    """Each step waits for the bot's messages and edits; moving the clock brings the renewal."""
    person.start()
    assert person.hear("Hello Ann", within=BUSY).buttons == ["Hi"]
    assert person.press("Hi")[:2] == ("Well met", True)
    assert person.hear("again", within=BUSY).buttons == []
    person.send("tea")
    person.hear(lambda said: "invoice" in said.message, within=BUSY)
    assert person.pay() == "paid"
    person.hear("Thanks for 100", within=BUSY)
    person.send("club")
    assert person.pay(person.hear("http", within=BUSY).text) == "paid"
    person.hear("Thanks", within=BUSY)
    assert telegram.travel(days=30, seconds=60) == 1
    person.hear("Thanks", within=BUSY)
    assert person.stars() == 700


@pytest.mark.usefixtures("_bot")
def test_faults_and_missing_messages(telegram: Telegram, person: Person) -> None:
    """Faults are switched on and off; a failure shows what the bot sent instead."""
    person.start()
    person.hear("Hello", within=BUSY)
    telegram.break_updates("twice")
    person.send("one")
    assert [person.hear().text, person.hear().text] == ["one?", "one?"]
    telegram.break_calls(method="getMe")
    assert telegram.call("getMe")["error_code"] == 500
    telegram.mend()
    assert telegram.call("getMe")["ok"]
    person.send("three")
    with pytest.raises(Silence, match=r"no 'two' from the bot .*\['three\?'\]"):
        person.hear("two", within=2)
    with pytest.raises(Silence, match="no button"):
        person.press("Nowhere")
    with pytest.raises(ActionRefused, match="MESSAGE_EMPTY"):
        person.send(" ")


def test_sending_a_file_and_opening_an_app(
    telegram: Telegram, person: Person, tmp_path: Path
) -> None:
    """The test itself can be the bot; the app's address has signed init data."""
    path = tmp_path / "note.txt"
    path.write_text("a note")
    telegram.call(
        "setChatMenuButton",
        menu_button={"type": "web_app", "text": "Open", "web_app": {"url": "http://localhost/"}},
    )
    person.start()
    person.send_file(path)
    said = [one["message"] for one in telegram.state()["chats"][-1]["messages"]]
    # Another test's running bot may answer the start later.
    assert [one["document"]["file_name"] for one in said if "document" in one] == ["note.txt"]
    assert "tgWebAppData" in person.open_app(start_param="here")


def test_a_recorded_session_is_a_test(tmp_path: Path) -> None:
    """Buttons, links and payments are followed although ids differ; if the bot has changed, the
    failure shows what it sends now."""
    record = tmp_path / "session.jsonl"
    with running(tmp_path / "first", "--record", str(record)) as telegram, shop(telegram):
        person = telegram.person(stars=300)
        person.start()
        person.hear("Hello", within=BUSY)
        person.press("Hi")
        person.hear("again")
        person.send("club")
        person.pay(person.hear("http").text)
        person.hear("Thanks for 100")
        with pytest.raises(ActionRefused):
            person.send(" ")
    with running(tmp_path / "second") as telegram:
        for _ in range(50):
            telegram.person()  # so that no id is the same
        with shop(telegram):
            assert replay(telegram, record, within=BUSY) == 4
        changed = tmp_path / "changed.jsonl"
        changed.write_text(record.read_text().replace("Hello Ann", "Goodbye"))
        with shop(telegram), pytest.raises(Silence, match=r"Goodbye.*Hello Ann"):
            replay(telegram, changed, within=5)


def test_the_client_for_node() -> None:
    """It starts an emulator itself, and passes its own tests with Node's test runner."""
    node = find_node()
    environment = node.environment | {"PYTHON": sys.executable}
    command = [node.program, "--test", str(SHOP / "control.test.mjs")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
