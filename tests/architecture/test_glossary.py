"""The glossary is the truth: what it names has no second name in code, documents or texts."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po

from backend import tables
from tests.architecture.source import EMULATOR, ROOT, Finding, findings, found_in, walk

ROW: Final = re.compile(r"^\| ([^|]+) \| ([^|]+) \|([^|]*)\|$", re.MULTILINE)
PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""One word of a name in any of Python's spellings."""


def forbidden() -> dict[str, str]:
    """Each word that the glossary forbids, and the one that it wants instead."""
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    rows = [row for row in ROW.findall(text) if row[0] != "word" and set(row[0]) != {"-"}]
    return {
        word.strip().lower(): wanted.strip()
        for wanted, _, words in rows
        for word in words.split(",")
        if word.strip()
    }


FORBIDDEN: Final = forbidden()


OTHER_MEANINGS: Final = re.compile(
    r"[Cc]hat[ _][Cc]ompletions?|completion_tokens"  # the protocol's own name, and a field of it
    r"|font-variant|version and variant"  # of CSS; of a UUID
    r"|currency XTR"  # Telegram's code of it
    r"|clone, fork"  # system calls
    r"|get_freeze_count",  # of the garbage collector
)
"""Phrases of other vocabularies in which a forbidden word means something else."""

WINDOWS: Final = ("webapp/", "emulator/")
"""Where a dialog is a window of the browser or of Telegram, not a turn."""

FOLDERS: Final = ("backend", EMULATOR, "emulator/tests", "tests", "benchmarks")
SCRIPTS: Final = ("webapp/src", "emulator/page/src")
EXPORTED: Final = re.compile(
    r"^export (?:async )?(?:const|function|class|type|interface) (\w+)", re.MULTILINE
)
COMMENT: Final = re.compile(r"(?<![:\w\"'`])//[^\n]*|/\*.*?\*/", re.DOTALL)


def wrong_words(name: str) -> Iterator[str]:
    """What is wrong with a name."""
    for part in PART.findall(OTHER_MEANINGS.sub("", name)):
        if (wanted := FORBIDDEN.get(part.lower())) is not None:
            yield f"{name}: the glossary says {wanted}, not {part.lower()}"


def check_words(name: str, tree: ast.Module) -> Iterator[Finding]:
    """Public names of a file, its own included, that use a forbidden word."""
    yield from ((1, text) for text in wrong_words(name.rpartition("/")[2].removesuffix(".py")))
    for node in walk(tree):
        for defined in _defined(node):
            if not defined.startswith("_"):
                yield from ((getattr(node, "lineno", 1), text) for text in wrong_words(defined))


def _defined(node: ast.AST) -> list[str]:
    """The names that a statement defines: classes, functions, constants and fields."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def wrong_prose(name: str, text: str) -> Iterator[str]:
    """What is wrong with what is said in a file, one finding for each forbidden word."""
    lines = OTHER_MEANINGS.sub("", text).splitlines()
    for line in lines:
        for word in re.findall(r"[A-Za-z]+", line):
            lower = word.lower()
            wanted = FORBIDDEN.get(lower) or FORBIDDEN.get(lower.removesuffix("s"))
            if wanted and not _is_window(f"{name}: not {lower}"):
                yield f"{name}: the glossary says {wanted}, not {word}: {line.strip()}"


def prose_of(path: Path) -> str:
    """A file's comments and docstrings, or all of a document."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        said = [token.string for token in tokens if _is_prose(token)]
        return "\n".join(said)
    if path.suffix in (".ts", ".tsx"):
        return "\n".join(COMMENT.findall(text))
    return text


def _is_window(found: str) -> bool:
    return found.startswith(WINDOWS) and "not dialog" in found


def _is_prose(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.COMMENT or token.string.startswith('"""')


def _files(folder: str, *suffixes: str) -> list[Path]:
    left_out = {"node_modules", "static", "cases", "recorded"}
    return [
        path
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes and not left_out & set(path.parts)
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_public_names_use_the_glossarys_words(folder: str) -> None:
    """A thing has one name, so that a search for it finds all of it."""
    found = [text for text in findings(check_words, folder) if not _is_window(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", SCRIPTS)
def test_names_of_the_client_use_the_glossarys_words(folder: str) -> None:
    """What a module of a page exports, and the module's own name; dialogs are windows there."""
    found = [
        text
        for path in _files(folder, ".ts", ".tsx")
        for name in (path.stem, *EXPORTED.findall(path.read_text("utf-8")))
        for text in wrong_words(name)
        if not _is_window(f"{folder}: {text}")
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", [*FOLDERS, *SCRIPTS])
def test_comments_use_the_glossarys_words(folder: str) -> None:
    """Comments and docstrings say what the code says."""
    found = [
        text
        for path in _files(folder, ".py", ".ts", ".tsx")
        if path != Path(__file__)
        for text in wrong_prose(path.relative_to(ROOT).as_posix(), prose_of(path))
    ]
    assert not found, "\n".join(found)


def test_documents_use_the_glossarys_words() -> None:
    """So do the documents, the glossary's own column apart."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *_files("docs", ".md")]
    found = [
        text
        for page in pages
        if page.name != "glossary.md"
        for text in wrong_prose(page.relative_to(ROOT).as_posix(), page.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


def test_texts_for_people_use_the_glossarys_words() -> None:
    """And what people read; translations are held to the English by those who write them."""
    path = ROOT / "backend" / "locales" / "en.po"
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    said = [
        text
        for message in messages
        for text in ([message.string] if isinstance(message.string, str) else message.string or ())
    ]
    found = list(wrong_prose("backend/locales/en.po", "\n".join(said)))
    assert len(said) > 500
    assert not found, "\n".join(found)


def test_tables_use_the_glossarys_words() -> None:
    """Tables and columns too."""
    names = {
        name
        for table in tables.metadata.tables.values()
        for name in (table.name, *(column.name for column in table.columns))
    }
    found = sorted(text for name in names for text in wrong_words(name))
    assert not found, "\n".join(found)


def test_a_word_is_wanted_or_forbidden() -> None:
    """No word is forbidden in one row and wanted in another; there are some of both."""
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    wanted = {row[0].strip().lower() for row in ROW.findall(text)}
    assert len(FORBIDDEN) > 20
    assert not wanted & FORBIDDEN.keys()


@pytest.mark.parametrize(
    ("name", "source", "seen"),
    [
        ("backend/a.py", "class VendorList: ...", True),
        ("backend/a.py", "class A:\n    def find_vendor(self): ...", True),
        ("backend/a.py", "class A:\n    vendor: str", True),
        ("backend/a.py", "VENDORS = VENDOR = 1", True),
        ("backend/vendor_list.py", "", True),
        ("backend/a.py", "def _find_vendor(): ...", False),
        ("backend/a.py", "class Provider: ...", False),
    ],
)
def test_a_forbidden_word_is_seen(name: str, source: str, seen: bool) -> None:
    """In any public name, whatever its spelling."""
    assert bool(found_in(check_words, name, source)) is seen


@pytest.mark.parametrize(
    ("name", "text", "seen"),
    [
        ("docs/a.md", "Ask another vendor.", True),
        ("docs/a.md", "Two\nvendors", True),
        ("docs/a.md", "The Chat Completions protocol", False),
        ("docs/a.md", "One completion", True),
        ("backend/a.py", "in the dialog", True),
        ("webapp/src/a.ts", "in the dialog", False),
        ("docs/a.md", "Ask another provider.", False),
    ],
)
def test_a_forbidden_word_in_a_sentence_is_seen(name: str, text: str, seen: bool) -> None:
    """In the singular and the plural, but not where another vocabulary has the word."""
    assert bool(list(wrong_prose(name, text))) is seen


def test_prose_is_told_from_code(tmp_path: Path) -> None:
    """Names and strings are not prose; comments and docstrings are."""
    python = tmp_path / "a.py"
    python.write_text('"""Said."""\nvendor = "vendor"  # said too\n')
    assert "vendor" not in prose_of(python)
    assert "said too" in prose_of(python)
    script = tmp_path / "a.ts"
    script.write_text('// said\nconst url = "https://vendor.example"; /* said too */')
    assert prose_of(script) == "// said\n/* said too */"
