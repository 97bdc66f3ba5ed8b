"""DOCX: an archive of XML, of which only the parts with text are decompressed, within limits."""

import io
import zipfile
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from backend.reading.docx_package import check_package, main_part, note_parts
from backend.reading.docx_text import DocumentText, NotADocument
from backend.reading.schemas import MAX_TEXT, MAX_UNFOLDED, CannotRead, Found
from backend.reading.sniff import DOCX


def read_docx(data: bytes) -> Found:
    """The document's text with its notes; tables keep a line a row.

    Raises:
        CannotRead: it is no DOCX, damaged, encrypted, or too large when decompressed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_package(archive, data)
            text, truncated = _gather(archive)
    except DefusedXmlException as error:  # a ValueError too, so it comes first
        raise CannotRead("bomb") from error
    except NotADocument as error:
        raise CannotRead("unsupported") from error
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
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("_rels/.rels", "<x/>")
        archive.writestr("word/document.xml", "<document>\u00e9</document>")
    read_docx(file.getvalue())


def _gather(archive: zipfile.ZipFile) -> tuple[str, bool]:
    def read(name: str, root: str | None = None) -> None:
        with archive.open(name) as part:
            for event, element in iterparse(_Bounded(part), ("start", "end"), forbid_dtd=True):
                if root is not None and not element.tag.endswith(root):
                    raise NotADocument(name)
                root = None
                text.take(event, element)
                if text.length > MAX_TEXT:
                    return

    text = DocumentText()
    main = main_part(archive)
    read(main, "document")
    for name in note_parts(archive, main):
        if text.length <= MAX_TEXT:
            read(name)
    return text.text()[:MAX_TEXT], text.length > MAX_TEXT


class _Bounded:
    """A part's bytes, limited whatever its header says."""

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
