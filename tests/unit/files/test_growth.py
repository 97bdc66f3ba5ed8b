"""Work on what people hand over grows no faster than what they hand over."""

import contextlib
import time
from collections.abc import Callable

import pytest

from backend.errors import PageForbidden
from backend.files.links import is_links_alone, links_to_read
from backend.files.names import display_name
from backend.files.urls import check_url
from backend.reading import page, page_layout, plain, sniff
from backend.reading.mp4 import is_mp4_audio
from backend.reading.schemas import CannotRead
from backend.text_decoding import decode_text

SIZE = 64 * 1024
PIECES = (
    *("a", " ", "\n", "\x1b[", "\x1b]0;", "\x1b[0", "<meta ", "charset ", "charset = ", "(", ")"),
    *("https://a.bc/", "http://", "https://a.bc/(", "%PDF-1.", "display :", "visibility  :", "."),
    *(
        "\u3042",
        "\ufffd",
        "\0",
        "hdlr",
        "-",
        "_",
        "é",
        "'",
        "\x9d",
        "1.",
        "…",
        "[",
        "https://[",
        "\\",
    ),
)


def tried(work: Callable[[], object]) -> None:
    """Do it; a refusal is an answer too."""
    with contextlib.suppress(CannotRead, PageForbidden):
        work()


WORK: dict[str, Callable[[str], object]] = {
    "tidy": plain.tidy,
    "read_text": lambda text: plain.read_text(text.encode()),
    "decode_text": lambda text: decode_text(text.encode("cp1251", "replace") + b"\xff"),
    "sniff": lambda text: sniff.sniff(text.encode()),
    "mp4": lambda text: is_mp4_audio(b"\0\0\0\x18ftypisom" + text.encode()),
    "meta": lambda text: page._META_CHARSET.search(text.encode()),
    "style": page_layout._HIDING_STYLE.search,
    "html": lambda text: page.read_html(text.encode(), ""),
    "links": lambda text: links_to_read(text, about_links=True),
    "links alone": is_links_alone,
    "name": lambda text: display_name(text, "file"),
    "url": lambda text: check_url("https://a.bc/" + text),
}


def seconds(work: Callable[[str], object], text: str) -> float:
    """The best of a few: what a busy machine adds is no growth."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        tried(lambda: work(text))
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize("name", WORK)
def test_twice_the_input_is_at_most_two_and_a_half_times_the_work(name: str) -> None:
    """For runs of everything that an expression or a parser in here begins with. Below a few
    milliseconds for the larger one there is nothing to compare."""
    for piece in PIECES:
        half, whole = (piece * (size // len(piece)) for size in (SIZE // 2, SIZE))
        larger = seconds(WORK[name], whole)
        if larger > 0.02:
            smaller = seconds(WORK[name], half)
            assert larger <= 2.5 * smaller + 0.02, (piece, smaller, larger)
