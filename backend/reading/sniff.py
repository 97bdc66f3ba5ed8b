"""Detects content by its bytes alone; names and declared types are ignored.

Signatures are looked for at fixed positions or in a bounded head: no parser runs before the
process is locked.
"""

import re
from typing import Final

from backend.reading.mp4 import is_mp4, is_mp4_audio
from backend.reading.schemas import Kind

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_STARTS: Final[tuple[tuple[bytes, Kind | None, str], ...]] = (
    (b"\xff\xd8\xff", "image", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (b"GIF87a", "image", "image/gif"),
    (b"GIF89a", "image", "image/gif"),
    (b"PK\x03\x04", "document", DOCX),
    (b"OggS", "audio", "audio/ogg"),
    (b"fLaC", "audio", "audio/flac"),
    (b"ID3", "audio", "audio/mpeg"),
)
_BINARY: Final = (
    *(b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"\0asm"),
    *(b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"!<arch>"),
    *(b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"%!PS-Adobe"),
    *(b"II*\0", b"MM\0*", b"SQLite format 3\0", b"\x1aE\xdf\xa3"),
)
"""Programs, archives, old Office files and more: known, and not read."""
_ALONE: Final = frozenset(start for start, _, _ in _STARTS)
"""A file cut off right after its first bytes is a damaged one, not a text."""

TEXT_HEAD: Final = 512
"""Where every format here whose first bytes are letters has bytes that no text has."""
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

PDF_HEAD: Final = 1_024
"""Where readers of PDFs look for its first line (ISO 32000-2, annex H of earlier editions)."""
PDF_TAIL: Final = 4_096
_PDF_LINE: Final = re.compile(rb"%PDF-\d\.\d")


def sniff(data: bytes) -> tuple[Kind, str] | None:
    """The kind and media type that the content claims to be; None for what is not read.

    A file without a signature is taken for text, which its reader then checks.
    """
    if data[:2].isalnum() and data not in _ALONE and _NO_TEXT.search(data, 0, TEXT_HEAD) is None:
        return "text", "text/plain"  # "MZ is …", "ID3 tags are …", "GIF89a was …"
    for start, kind, media_type in _STARTS:
        if data.startswith(start):
            return None if kind is None else (kind, media_type)
    if data[:4] == b"RIFF":
        return _riff(data[8:12])
    if is_mp4(data):
        return ("audio", "audio/mp4") if is_mp4_audio(data) else None
    if _is_webm(data):
        return "audio", "audio/webm"
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2 and data[1] != 0xFE:
        return "audio", "audio/mpeg"  # an MPEG frame of layer III, without tags before it
    if data.startswith(_BINARY):
        return None
    if pdf_start(data) >= 0:
        return "pdf", PDF
    return "text", "text/plain"


def pdf_start(data: bytes) -> int:
    """Where a PDF begins: readers accept bytes before it, such as a byte order mark or a line of
    HTTP. -1 if it is none: a text about PDFs has no cross-reference at its end."""
    if data.startswith(b"%PDF-"):
        return 0
    first = _PDF_LINE.search(data, 0, PDF_HEAD)
    tail = data[-PDF_TAIL:]
    if first is None or b"%%EOF" not in tail or b"startxref" not in tail:
        return -1
    return first.start()


def _riff(form: bytes) -> tuple[Kind, str] | None:
    if form == b"WEBP":
        return "image", "image/webp"
    return ("audio", "audio/wav") if form == b"WAVE" else None


def _is_webm(data: bytes) -> bool:
    return data.startswith(b"\x1aE\xdf\xa3") and b"webm" in data[:64]
