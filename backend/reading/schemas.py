"""Messages between the server and the reading process."""

from typing import Final, Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["image", "pdf", "document", "text", "audio", "page"]
"""What content can be. `document` is a DOCX, `page` the text of a web page."""

Trouble: TypeAlias = Literal[
    "unsupported", "damaged", "encrypted", "bomb", "polyglot", "complex", "unlocked"
]
"""Why content was not read. `bomb`: it expands beyond the limit; `polyglot`: it is two kinds at
once; `complex`: it took more time or memory than it may; `unlocked`: the process could not be
locked, so that nothing was opened."""

MAX_TEXT: Final = 400_000
"""How many characters of text are kept of one source; the rest is cut, with a note."""
MAX_PIXELS: Final = 60_000_000
"""Pictures of more pixels are refused without decoding."""
MAX_SIDE: Final = 2_048
"""Pictures are scaled down to this many pixels along their longer side."""
MAX_PAGES: Final = 500
"""Pages of a PDF that are read."""
MAX_UNFOLDED: Final = 64 * 1024 * 1024
"""Bytes that the parts of an archive may expand to."""


class ReadingJob(Struct, frozen=True):
    """What is to be read. `page` when a web server sent it: then its words count, its content
    is text, and `media_type` and `charset` are what the server said. `language` is the person's
    (BCP 47): it decides between encodings that fit equally well.
    `sound`: of a video only its sound is wanted."""

    page: bool = False
    media_type: str = ""
    charset: str = ""
    language: str = ""
    sound: bool = False


class Found(Struct, frozen=True, tag="found", kw_only=True):
    """What it turned out to be. `replaced`: the answer brings content to keep instead of the
    original. `seconds` is how long a recording lasts, where its container says so."""

    kind: Kind
    media_type: str
    text: str = ""
    truncated: bool = False
    replaced: bool = False
    title: str = ""
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    seconds: int | None = None


class Unread(Struct, frozen=True, tag="unread"):
    """It was not read."""

    trouble: Trouble


class CannotRead(Exception):
    """Raised within the reading process."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble
