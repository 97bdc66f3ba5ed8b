"""Files sent in either direction, stored in the state directory and served by getFile."""

import secrets

from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.store import Store
from telegram_emulator.world import FileRecord

MOST_TO_DOWNLOAD = 20 * 1024 * 1024
MOST_TO_UPLOAD = 50 * 1024 * 1024
MOST_PHOTO = 10 * 1024 * 1024
"""In bytes, for Telegram's own server (core.telegram.org/bots/api#sending-files)."""

FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "voice": "voice",
    "audio": "music",
    "video": "videos",
    "animation": "animations",
    "video_note": "video_notes",
    "sticker": "stickers",
    "live_photo": "live_photos",
}


class Files:
    """All files by `file_id`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._world = store.world

    def keep(self, kind: str, name: str, media_type: str, data: bytes) -> FileRecord:
        """Store a file's bytes."""
        unique = secrets.token_hex(8)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        record = FileRecord(
            id=f"EMU{secrets.token_urlsafe(24)}",
            unique_id=unique,
            name=name,
            media_type=media_type or "application/octet-stream",
            size=len(data),
            path=f"{FOLDERS[kind]}/file_{unique}.{suffix}",
        )
        self._store.write_file(unique, data)
        self._world.files[record.id] = record
        self._store.changed()
        return record

    def find(self, file_id: str) -> FileRecord:
        """A file the bot names by its id.

        Raises:
            ApiError: when there is none.
        """
        if not file_id:
            raise ApiError("file_id not specified")
        if file_id not in self._world.files:
            raise ApiError("wrong file_id or the file is temporarily unavailable")
        return self._world.files[file_id]

    def read(self, record: FileRecord) -> bytes:
        """Read a file's bytes.

        Raises:
            FileNotFoundError: when they are gone from the disk.
        """
        return self._store.read_file(record.unique_id)

    def by_path(self, path: str) -> FileRecord | None:
        """The file of a download address."""
        return next((file for file in self._world.files.values() if file.path == path), None)


def as_photo(record: FileRecord, width: int = 0, height: int = 0) -> list[BotApi]:
    """`PhotoSize`s of a picture; one size is enough here."""
    return [{**_common(record), "width": width or 320, "height": height or 320}]


def as_document(record: FileRecord) -> BotApi:
    """`Document`."""
    return {**_common(record), "file_name": record.name, "mime_type": record.media_type}


def as_timed(record: FileRecord, kind: str, duration: int, width: int, height: int) -> BotApi:
    """`Voice`, `Audio` or `Video`."""
    media = {**_common(record), "duration": duration, "mime_type": record.media_type}
    if kind != "voice":
        media["file_name"] = record.name
    if kind == "video":
        media |= {"width": width or 320, "height": height or 240}
    return media


def as_video_note(record: FileRecord, duration: int, length: int) -> BotApi:
    """`VideoNote`"""
    return {**_common(record), "duration": duration, "length": length or 240}


def as_sticker(record: FileRecord, emoji: str | None = None) -> BotApi:
    """A `Sticker` outside any set."""
    sticker = {
        **_common(record),
        "width": 512,
        "height": 512,
        "type": "regular",
        "is_animated": record.name.endswith(".tgs"),
        "is_video": record.name.endswith(".webm"),
    }
    return sticker | ({"emoji": emoji} if emoji else {})


def as_file(record: FileRecord) -> BotApi:
    """`File`, as getFile answers."""
    return {**_common(record), "file_path": record.path}


def _common(record: FileRecord) -> BotApi:
    return {
        "file_id": record.id,
        "file_unique_id": record.unique_id,
        "file_size": record.size,
    }
