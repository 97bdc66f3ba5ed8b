"""Fixtures for tests of bots: `pytest_plugins = ["telegram_emulator.pytest_plugin"]`.

    @pytest.fixture(scope="session")
    def telegram_options() -> tuple[str, ...]:
        return ("--app", "http://localhost:5173")

changes how the emulator is started. One serves the whole run (one for each worker of xdist), since
a bot goes on from where it was; each test has a person of its own.
"""

from collections.abc import Iterator

import pytest

from telegram_emulator.client import Person, Telegram, running


@pytest.fixture(scope="session")
def telegram_options() -> tuple[str, ...]:
    """Further options of the `telegram-emulator` command; override it to set some."""
    return ()


@pytest.fixture(scope="session")
def telegram(
    tmp_path_factory: pytest.TempPathFactory, telegram_options: tuple[str, ...]
) -> Iterator[Telegram]:
    """A running emulator. The bot's token is `telegram.token`, the Bot API's address
    `telegram.origin`."""
    with running(tmp_path_factory.mktemp("telegram"), *telegram_options) as telegram:
        yield telegram


@pytest.fixture
def person(telegram: Telegram) -> Person:
    """A person who has not used the bot yet, with 1000 Stars."""
    return telegram.person(stars=1000)
