"""The documents: every command that stands in one is a command that there is; every link leads."""

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from backend.cli import main
from telegram_emulator.cli import main as emulator

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"```(?:sh|bash|console)\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
SETTING = re.compile(r"[A-Z][A-Z0-9_]*=")


def commands(page: Path) -> list[list[str]]:
    """Each command line of a page's shell blocks, as words; settings before it left out."""
    found = []
    for block in BLOCK.findall(page.read_text()):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            while words and SETTING.match(words[0]):
                words.pop(0)
            if words:
                found.append(words)
    return found


ALL = [
    pytest.param(words, id=f"{page.name}: {' '.join(words)[:60]}")
    for page in PAGES
    for words in commands(page)
]


@pytest.mark.parametrize("words", ALL)
def test_the_command_is_there(words: list[str]) -> None:
    """A make target makes, a tanya command has the options shown, a module starts."""
    program, *rest = words
    match Path(program).name:
        case "make":
            targets = [word for word in rest if "=" not in word]
            _runs("make", "-n", *targets)
        case "tanya":
            _has_options(rest)
        case "telegram-emulator":
            shown = CliRunner().invoke(emulator, ["--help"]).output
            assert all(word in shown for word in rest if word.startswith("--")), shown
        case "python" | "python3":
            _module_starts(rest)
        case "pytest":
            assert all((ROOT / word).exists() for word in rest if "/" in word)
        case "git" | "cd" | "curl" | "export":
            pass
        case other:
            pytest.fail(f"{other!r}: say here how a document's command of this kind is checked")


def _has_options(words: list[str]) -> None:
    options = [word for word in words if word.startswith("--")]
    names: list[str] = []
    for word in words:
        if word.startswith("-"):
            break
        names.append(word)
    while names:
        result = CliRunner().invoke(main, [*names, "--help"])
        if result.exit_code == 0:
            assert all(option in result.output for option in options), result.output
            return
        names.pop()  # what is left over is an argument, not a command
    pytest.fail("no such command")


def _module_starts(words: list[str]) -> None:
    if words[0] == "-m":
        _runs(sys.executable, *words[:2], "--help")
    else:
        assert (ROOT / words[0]).exists()


@cache
def _runs(*command: str) -> None:
    """It ends well; several documents name the same command."""
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link in a document names a file that is there."""
    dead = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert dead == []
