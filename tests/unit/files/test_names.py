"""Names and types that people claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.files.names import MAX_NAME, display_name, is_lie


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ann\\note.txt", "note.txt"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("отчёт за год.docx", "отчёт за год.docx"),
        ("...", "file"),
        ("", "file"),
        ("a" * 300 + ".pdf", "a" * (MAX_NAME - 4) + ".pdf"),
        ('say "hi" <b>.txt', "say hi b .txt"),
    ],
)
def test_names_are_fit_to_be_shown(claimed: str, shown: str) -> None:
    """No path, no control or direction marks, no endless name."""
    assert display_name(claimed, "file") == shown


@given(st.text())
def test_every_name_is_safe(claimed: str) -> None:
    """Whatever is claimed, the name can be saved under anywhere, and is never empty."""
    name = display_name(claimed, "file")
    assert 0 < len(name) <= MAX_NAME
    assert not set(name) & set('/\\:*?"<>|\0\r\n')


@pytest.mark.parametrize(
    ("name", "media_type", "kind", "lie"),
    [
        ("photo.jpg", "image/jpeg", "image", False),
        ("photo.jpg", "image/png", "image", False),
        ("photo.jpg", "", "pdf", True),
        ("paper.pdf", "application/pdf", "text", True),
        ("notes.txt", "", "pdf", True),
        ("notes.unknown", "application/octet-stream", "text", False),
        ("", "", "document", False),
        ("main.py", "text/x-python", "text", False),
        ("drawing.svg", "image/svg+xml", "text", False),
        ("x", "application/pdf; x=y", "image", True),
        ("song.mp3", "audio/mpeg", "audio", False),
        ("picture.png", "", "text", True),
    ],
)
def test_lies(name: str, media_type: str, kind: str, lie: bool) -> None:
    """Only a claim of plainly another kind is one."""
    assert is_lie(name, media_type, kind) is lie  # type: ignore[arg-type]
