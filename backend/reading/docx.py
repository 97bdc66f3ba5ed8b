"""DOCX: an archive of XML, of which only the text's own parts are unfolded, within bounds."""

import io
import zipfile
from collections.abc import Iterator
from typing import IO, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from backend.reading.schemas import MAX_TEXT, MAX_UNFOLDED, CannotRead, Found
from backend.reading.sniff import DOCX

MAX_PARTS: Final = 4_000
WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN: Final = "word/document.xml"
NOTES: Final = ("word/footnotes.xml", "word/endnotes.xml")
MACROS: Final = "word/vbaProject.bin"
ARCHIVES: Final = (".zip", ".7z", ".rar", ".gz", ".tar", ".xz", ".bz2", ".docx")
_MARKS: Final = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}p": "\n"}


def read_docx(data: bytes) -> Found:
    """The document's text with its notes; tables keep a line a row."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive, data)
            text, truncated = _gather(archive)
    except DefusedXmlException as error:  # a ValueError too, so it comes first
        raise CannotRead("bomb") from error
    except (zipfile.BadZipFile, ParseError, NotImplementedError, EOFError, OSError) as error:
        raise CannotRead("damaged") from error
    except (KeyError, ValueError, zipfile.LargeZipFile) as error:
        raise CannotRead("damaged") from error
    except RuntimeError as error:  # zipfile's word for a part with a password
        raise CannotRead("encrypted") from error
    return Found(kind="document", media_type=DOCX, text=text.strip(), truncated=truncated)


def rehearse() -> None:
    """Load all of zipfile and the XML parser by using them: once locked, no file can be opened."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", MAIN):
            archive.writestr(name, "<x>\u00e9</x>")
    read_docx(file.getvalue())


def _check(archive: zipfile.ZipFile, data: bytes) -> None:
    """Refuse other archives, and what is a DOCX only at first sight."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS:
        raise CannotRead("bomb")
    if MAIN not in names or "[Content_Types].xml" not in names or MACROS in names:
        raise CannotRead("unsupported")
    if len(set(names)) != len(names) or any(name.lower().endswith(ARCHIVES) for name in names):
        raise CannotRead("polyglot")
    if min(part.header_offset for part in parts) != 0 or not data.startswith(b"PK\x03\x04"):
        raise CannotRead("polyglot")
    if sum(part.file_size for part in parts) > 4 * MAX_UNFOLDED:
        raise CannotRead("bomb")
    _refuse_overlap(parts)


def _refuse_overlap(parts: list[zipfile.ZipInfo]) -> None:
    """Parts that share their bytes: how a small archive holds petabytes."""
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise CannotRead("bomb")
        end = part.header_offset + part.compress_size


def _gather(archive: zipfile.ZipFile) -> tuple[str, bool]:
    names = set(archive.namelist())
    pieces: list[str] = []
    length = 0
    for name in (MAIN, *NOTES):
        if name not in names:
            continue
        with archive.open(name) as part:
            for piece in _pieces(_Bounded(part)):
                pieces.append(piece)
                length += len(piece)
                if length > MAX_TEXT:
                    return "".join(pieces)[:MAX_TEXT], True
    return "".join(pieces), False


def _pieces(part: "_Bounded") -> Iterator[str]:
    """Text in its order. Elements are let go once read, so that memory stays small."""
    in_table = 0
    element: Element
    for event, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
        tag = element.tag
        if event == "start":
            in_table += tag == f"{WORD}tbl"
            continue
        if tag == f"{WORD}tbl":
            in_table -= 1
        elif tag == f"{WORD}t" and element.text:
            yield element.text
        elif tag == f"{WORD}tc":
            yield "\t"
        elif tag == f"{WORD}tr":
            yield "\n"
        elif tag in _MARKS:
            yield " " if in_table and tag == f"{WORD}p" else _MARKS[tag]
        if tag in (f"{WORD}p", f"{WORD}tbl", f"{WORD}drawing", f"{WORD}pict"):
            element.clear()


class _Bounded:
    """A part's bytes, not more than they should be, whatever its header promised."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = MAX_UNFOLDED

    def read(self, size: int = -1) -> bytes:
        """As a file's."""
        chunk = self._file.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(chunk)
        if self._left < 0:
            raise CannotRead("bomb")
        return chunk
