"""Claimed names and types: displayed, never trusted."""

import re
import unicodedata
from typing import Final

from backend.reading.schemas import Kind

MAX_NAME: Final = 120
_UNSAFE: Final = re.compile(r"[\\/:*?\"<>|%\x00-\x1f\x7f]+")

_ENDINGS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "heic"), "image"),
    **dict.fromkeys(("mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "weba"), "audio"),
    **dict.fromkeys(("txt", "md", "csv", "json", "xml", "html", "py", "js", "ts", "log"), "text"),
    "pdf": "pdf",
    "docx": "document",
}
_TYPES: Final[dict[str, Kind]] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "document",
    "application/json": "text",
}
_FAMILIES: Final[dict[str, Kind]] = {"image": "image", "audio": "audio", "text": "text"}
_PLAIN_IMAGES: Final = ("image/svg+xml",)


def display_name(claimed: str, fallback: str) -> str:
    """The last part of a claimed name, safe to show and to save under."""
    name = unicodedata.normalize("NFC", claimed).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = " ".join(_UNSAFE.sub(" ", name).split()).strip(". ")
    if len(name) > MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        keep = dot + ending if dot and len(ending) <= 8 else ""
        name = (stem if keep else name)[: MAX_NAME - len(keep)].rstrip() + keep
    return name or fallback


def is_lie(name: str, media_type: str, kind: Kind) -> bool:
    """Whether name or declared type clearly contradict the content's kind.

    Only kinds are compared: a PNG named .jpg is still a picture, and unknown types mean nothing.
    """
    claims = (_kind_of_name(name), _kind_of_type(media_type))
    return any(claim is not None and claim != kind for claim in claims)


def ending_of(media_type: str) -> str:
    """The file extension for this type."""
    endings = {
        "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp",
        "application/pdf": ".pdf", "text/plain": ".txt", "audio/ogg": ".ogg",
        "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/wav": ".wav", "audio/flac": ".flac",
        "audio/webm": ".webm",
    }  # fmt: skip
    return endings.get(media_type, ".docx" if "wordprocessingml" in media_type else "")


def _kind_of_name(name: str) -> Kind | None:
    return _ENDINGS.get(name.rsplit(".", 1)[-1].lower()) if "." in name else None


def _kind_of_type(media_type: str) -> Kind | None:
    media_type = media_type.split(";")[0].strip().lower()
    if media_type in _PLAIN_IMAGES:
        return "text"
    return _TYPES.get(media_type) or _FAMILIES.get(media_type.split("/")[0])
