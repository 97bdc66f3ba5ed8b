"""What content is, by its bytes alone. Names and declared types are not asked.

Only fixed positions are looked at: no parser runs before the process is locked.
"""

from typing import Final

from backend.reading.schemas import Kind

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_STARTS: Final[tuple[tuple[bytes, Kind | None, str], ...]] = (
    (b"%PDF-", "pdf", PDF),
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
    *(b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf", b"%!PS", b"II*\0"),
    *(b"MM\0*", b"SQLite format 3\0", b"\x1aE\xdf\xa3"),
)
"""Programs, archives, old Office files and more: known, and not read."""

_MP4_AUDIO: Final = (b"M4A ", b"M4B ")


def sniff(data: bytes) -> tuple[Kind, str] | None:
    """The kind and media type that the content claims to be; None for what is not read.

    What has no signature of its own is taken for text, which its reader then checks.
    """
    for start, kind, media_type in _STARTS:
        if data.startswith(start):
            return None if kind is None else (kind, media_type)
    if data[:4] == b"RIFF":
        return _riff(data[8:12])
    if data[4:8] == b"ftyp":
        return ("audio", "audio/mp4") if data[8:12] in _MP4_AUDIO else None
    if _is_webm(data):
        return "audio", "audio/webm"
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2 and data[1] != 0xFE:
        return "audio", "audio/mpeg"  # an MPEG frame of layer III, without tags before it
    if data.startswith(_BINARY):
        return None
    return "text", "text/plain"


def _riff(form: bytes) -> tuple[Kind, str] | None:
    if form == b"WEBP":
        return "image", "image/webp"
    return ("audio", "audio/wav") if form == b"WAVE" else None


def _is_webm(data: bytes) -> bool:
    return data.startswith(b"\x1aE\xdf\xa3") and b"webm" in data[:64]
