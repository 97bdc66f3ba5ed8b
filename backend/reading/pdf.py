"""PDFs: their text, page by page. The file itself is kept as it came, and never opened here."""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Final

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

import backend.reading.alphabets  # noqa: F401 - loads what the pages' fonts may need
from backend.reading.schemas import MAX_PAGES, MAX_TEXT, CannotRead, Found
from backend.reading.sniff import PDF

# What it remarks about a damaged file interests nobody. Its own logger, not everybody's.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

MAX_TAIL: Final = 1_024
"""Bytes that careless programs leave behind a PDF's end."""


def read_pdf(data: bytes) -> Found:
    """The text of the first pages; a scan has none."""
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
    except Exception as error:  # a hostile file can raise anything in there
        raise CannotRead("damaged") from error
    return Found(kind="pdf", media_type=PDF, text=text, truncated=truncated, pages=pages)


def rehearse() -> None:
    """Load what pypdf loads late by reading a page: once locked, no file can be opened."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(9, 9)
    font = writer._add_object(_dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica"))
    page[NameObject("/Resources")] = _dictionary(Font=_dictionary(F=font))
    words = DecodedStreamObject()
    words.set_data(b"BT /F 9 Tf (a) Tj ET")
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
    for text in _texts(reader):
        parts.append(text)
        length += len(text) + 2
        if length > MAX_TEXT:
            return "\n\n".join(parts)[:MAX_TEXT], True
    return "\n\n".join(parts), len(reader.pages) > MAX_PAGES


def _texts(reader: pypdf.PdfReader) -> Iterator[str]:
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES:
            return
        if text := page.extract_text().strip():
            yield text


def _refuse_polyglots(data: bytes) -> None:
    """Something else behind the end, or an archive's directory around it."""
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise CannotRead("damaged")
    tail = data[end + 5 :]
    if len(tail) > MAX_TAIL or zipfile.is_zipfile(io.BytesIO(data)):
        raise CannotRead("polyglot")
