"""PDFs: their text, page by page, with what was filled in. The file is kept as it came, but for
bytes before its head; it is never rendered.
"""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import pypdf
from msgspec import structs
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from backend.reading import pdf_fonts
from backend.reading.lockdown import OutOfTime
from backend.reading.pdf_forms import filled_in
from backend.reading.schemas import MAX_PAGES, MAX_TEXT, CannotRead, Found
from backend.reading.sniff import PDF, pdf_start

# Its warnings about damaged files are noise; only its own logger is silenced.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

MAX_TAIL: Final = 1_024
"""Bytes that some programs leave after a PDF's end."""
MAX_UNREADABLE_SHARE: Final = 0.2
"""Characters of unknown fonts above which a text counts as not readable."""

_LIMITS: Final[dict[str, Any]] = {
    "zlib_maximum_output_length": 24_000_000,
    "lzw_maximum_output_length": 24_000_000,
    "run_length_maximum_output_length": 24_000_000,
    "array_based_stream_maximum_output_length": 24_000_000,
    "stream_decoding_work_maximum_length": 48_000_000,
    "stream_parsing_work_maximum_count": 500_000,
    "xform_maximum_invocations_per_extraction": 500,
    "page_tree_maximum_entries": 20_000,
}
"""pypdf's limits, lowered to what a page of text needs."""


def read_pdf(data: bytes) -> tuple[Found, bytes]:
    """The text of the first pages; a scan has none. The content begins at `%PDF`."""
    start = pdf_start(data)
    data = data[start:]
    with pypdf.apply_configuration(pypdf.Configuration(**_LIMITS)):
        found = _read(data)
    return (structs.replace(found, replaced=True), data) if start else (found, b"")


def _read(data: bytes) -> Found:
    _refuse_polyglots(data)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise CannotRead("encrypted")
        pages = len(reader.pages)
        text, truncated = _gather(reader)
    except LimitReachedError as error:
        raise CannotRead("bomb") from error
    except (FileNotDecryptedError, DependencyError) as error:
        raise CannotRead("encrypted") from error
    except RecursionError as error:
        raise CannotRead("complex") from error
    except (CannotRead, MemoryError):
        raise
    except Exception as error:  # a hostile file can raise anything here
        raise CannotRead("damaged") from error
    return Found(kind="pdf", media_type=PDF, text=text, truncated=truncated, pages=pages)


def rehearse() -> None:
    """Load what pypdf loads late by reading a page: once locked, no file can be opened."""
    pdf_fonts.install()
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(9, 9)
    font = writer._add_object(_dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica"))
    wide = _dictionary(Type="/Font", Subtype="/Type0", Encoding="/90ms-RKSJ-H")
    page[NameObject("/Resources")] = _dictionary(Font=_dictionary(F=font, W=wide))
    words = DecodedStreamObject()
    words.set_data(b"BT /F 9 Tf (a) Tj /W 9 Tf <93fa> Tj ET")
    page[NameObject("/Contents")] = writer._add_object(words.flate_encode())
    writer.encrypt("", "owner", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    read_pdf(file.getvalue())


def _dictionary(**entries: object) -> DictionaryObject:
    names = {
        NameObject(f"/{key}"): NameObject(value) if isinstance(value, str) else value
        for key, value in entries.items()
    }
    return DictionaryObject(names)


def _gather(reader: pypdf.PdfReader) -> tuple[str, bool]:
    parts: list[str] = []
    length = 0
    truncated = len(reader.pages) > MAX_PAGES
    try:
        for text in _texts(reader):
            parts.append(text)
            length += len(text) + 2
            if length > MAX_TEXT:
                truncated = True
                break
    except OutOfTime:  # a long document: keep what could be read in time
        if not parts:
            raise CannotRead("complex") from None
        truncated = True
    text = "\n\n".join(parts)[:MAX_TEXT]
    if text.count("\ufffd") > MAX_UNREADABLE_SHARE * len(text):
        raise CannotRead("unsupported")
    return text, truncated


def _texts(reader: pypdf.PdfReader) -> Iterator[str]:
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES:
            return
        text = page.extract_text().encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if lines := "\n".join(filter(None, (text.strip(), *filled_in(page)))):
            yield lines


def _refuse_polyglots(data: bytes) -> None:
    """Something else behind the end, or an archive's directory around it."""
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise CannotRead("damaged")
    tail = data[end + 5 :]
    if len(tail) > MAX_TAIL or zipfile.is_zipfile(io.BytesIO(data)):
        raise CannotRead("polyglot")
