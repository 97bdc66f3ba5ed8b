"""The archive of a DOCX: checks that it is one, and finds the parts with text.

Parts are named by relationships (ECMA-376 part 2, 9.3): Word Online calls the main one
`word/document2.xml`. Files embedded in a document are not opened.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Final

from defusedxml.ElementTree import iterparse

from backend.reading.docx_text import NotADocument
from backend.reading.schemas import MAX_UNFOLDED, CannotRead

MAX_PARTS: Final = 4_000
MAX_RELATIONSHIPS: Final = 4_000
MAX_RELATIONSHIPS_BYTES: Final = 2 * 1024 * 1024
USUAL_MAIN: Final = "word/document.xml"
USUAL_NOTES: Final = ("word/footnotes.xml", "word/endnotes.xml")
_BESIDE: Final = ("header", "footnotes", "endnotes", "footer")
_CONTENT_TYPES: Final = "[Content_Types].xml"
_MACROS: Final = "vbaproject.bin"
_ARCHIVES: Final = (".zip", ".7z", ".rar", ".gz", ".tar", ".xz", ".bz2", ".docx")
_EMBEDDED: Final = "/embeddings/"


def check_package(archive: zipfile.ZipFile, data: bytes) -> None:
    """Refuse other archives, and those that only look like a DOCX."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS:
        raise CannotRead("bomb")
    if _CONTENT_TYPES not in names or any(name.lower().endswith(_MACROS) for name in names):
        raise CannotRead("unsupported")
    if len(set(names)) != len(names) or any(map(_is_foreign, names)):
        raise CannotRead("polyglot")
    if min(part.header_offset for part in parts) != 0 or not data.startswith(b"PK\x03\x04"):
        raise CannotRead("polyglot")
    if sum(part.file_size for part in parts) > 4 * MAX_UNFOLDED:
        raise CannotRead("bomb")
    _refuse_overlap(parts)


def main_part(archive: zipfile.ZipFile) -> str:
    """The name of the part with the document's own text. Raises NotADocument."""
    names = set(archive.namelist())
    for kind, target in _relationships(archive, ""):
        if kind == "officeDocument" and target in names:
            return target
    if USUAL_MAIN in names:
        return USUAL_MAIN
    raise NotADocument("no main part")


def note_parts(archive: zipfile.ZipFile, main: str) -> list[str]:
    """The names of the parts with foot- and endnotes, and with what heads and ends the pages."""
    names = set(archive.namelist())
    found = [target for kind, target in _relationships(archive, main) if kind in _BESIDE]
    return [name for name in dict.fromkeys([*found, *USUAL_NOTES]) if name in names]


def _relationships(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """Kind and target of each relationship of a part, or of the package itself."""
    folder, _, file = part.rpartition("/")
    name = posixpath.join(folder, "_rels", file + ".rels")
    if name not in archive.namelist():
        return
    with archive.open(name) as stream:
        data = stream.read(MAX_RELATIONSHIPS_BYTES + 1)
    if len(data) > MAX_RELATIONSHIPS_BYTES:
        raise CannotRead("bomb")
    for number, (_, element) in enumerate(iterparse(io.BytesIO(data), forbid_dtd=True)):
        if number >= MAX_RELATIONSHIPS:
            return
        if element.get("TargetMode") != "External":
            kind = (element.get("Type") or "").rpartition("/")[2]
            target = (element.get("Target") or "").replace("\\", "/")
            yield kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _is_foreign(name: str) -> bool:
    """An archive within the archive, in a place where documents embed none."""
    return name.lower().endswith(_ARCHIVES) and _EMBEDDED not in f"/{name.lower()}"


def _refuse_overlap(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse parts that share bytes, by which a small archive can expand to petabytes."""
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise CannotRead("bomb")
        end = part.header_offset + part.compress_size
