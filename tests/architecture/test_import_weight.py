"""What importing Tanya must not load: each command pays only for what it needs."""

import subprocess
import sys

import pytest

NEEDED_LATER = {
    "aiogram": "the bot is built by Container: import backend.bot where it is built",
    "aiohttp": "only pages behind links and the bot need it",
    "alembic": "only migrations need it",
    "asyncpg": "only PostgreSQL needs it",
    "babel": "only texts need it, once they are looked up",
    "markdown_it": "only the bot's answers need it",
    "PIL": "only the process that reads files needs it",
    "pypdf": "only the process that reads files needs it",
    "regex": "only the bot's splitting of texts needs it",
    "resiliparse": "only the process that reads files needs it",
    "telegram_emulator": "only local mode needs it, and production does not contain it",
    "uvicorn": "only a serving process needs it",
    "valkey": "only several processes together need it",
    "xllamacpp": "only the local model's process needs it",
}
"""Libraries that are slow to import, and who needs them. Together they took 45 % of the time."""

# Every command begins with the command line, most of them need nothing of this.
NEEDED_BY_THE_APP = {
    "litestar": "only a serving process needs it",
    "sqlalchemy": "import what opens the database inside the command",
    "cryptography": "import what needs keys inside the command",
    "jinja2": "import what renders inside the command",
}


def loaded_by(module: str) -> set[str]:
    """The top-level modules that are loaded once `module` is imported in a fresh process."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "later"),
    [("backend.app", NEEDED_LATER), ("backend.cli", NEEDED_LATER | NEEDED_BY_THE_APP)],
)
def test_importing_loads_only_what_is_needed(module: str, later: dict[str, str]) -> None:
    """A library that few commands need is imported in the function that needs it."""
    early = later.keys() & loaded_by(module)
    assert not early, "\n".join(f"{module} loads {one}: {later[one]}" for one in sorted(early))


def test_the_books_are_read_without_the_bots_library() -> None:
    """Commands about money load it once they ask Telegram: others start in a third of the time."""
    code = (
        "import sys; from backend.cli import main;"
        "main(['ledger-check', '--help'], standalone_mode=False);"
        "assert 'backend.billing' in sys.modules; assert 'aiogram' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=120)


def test_what_is_loaded_is_seen() -> None:
    """The check sees a library that a module does import."""
    assert "sqlalchemy" in loaded_by("backend.db")
