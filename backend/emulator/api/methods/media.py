"""Files: sendPhoto, sendDocument, sendVoice, getFile."""

from typing import Any

from aiogram.methods import GetFile, SendDocument, SendPhoto, SendVoice

from backend.emulator.api.methods.method import Method
from backend.emulator.api.params import UploadedFile
from backend.emulator.api.sending import caption_of, reach, send
from backend.emulator.files import (
    MOST_PHOTO,
    MOST_TO_DOWNLOAD,
    MOST_TO_UPLOAD,
    as_document,
    as_file,
    as_photo,
    as_timed,
)
from backend.emulator.hub import Hub
from backend.emulator.refusals import ApiError
from backend.emulator.schemas import BotApi
from backend.emulator.world import FileRecord


def send_photo(hub: Hub, call: SendPhoto) -> BotApi:
    """sendPhoto"""
    record = _file(hub, call, "photo", call.photo, MOST_PHOTO)
    return send(hub, call, {"photo": as_photo(record), **caption_of(call)}).message


def send_document(hub: Hub, call: SendDocument) -> BotApi:
    """sendDocument"""
    record = _file(hub, call, "document", call.document, MOST_TO_UPLOAD)
    return send(hub, call, {"document": as_document(record), **caption_of(call)}).message


def send_voice(hub: Hub, call: SendVoice) -> BotApi:
    """sendVoice"""
    record = _file(hub, call, "voice", call.voice, MOST_TO_UPLOAD)
    seconds = call.duration if isinstance(call.duration, int) else 0
    voice = as_timed(record, "voice", seconds, 0, 0)
    return send(hub, call, {"voice": voice, **caption_of(call)}).message


def _file(hub: Hub, call: Any, kind: str, value: object, limit: int) -> FileRecord:
    """An upload, or a file already there by its id. The emulator fetches no addresses."""
    reach(hub, call)  # no file is kept for a chat that cannot be reached
    if isinstance(value, UploadedFile):
        if len(value.data) > limit:
            raise ApiError("Request Entity Too Large", 413)
        if not value.data:
            raise ApiError("file must be non-empty")
        return hub.files.keep(kind, value.filename or kind, value.media_type, value.data)
    text = str(value)
    if "://" in text:
        raise ApiError("Failed to get HTTP URL content")
    if text not in hub.world.files:
        raise ApiError("wrong file identifier/HTTP URL specified")
    return hub.world.files[text]


def get_file(hub: Hub, call: GetFile) -> BotApi:
    """getFile"""
    record = hub.files.find(call.file_id)
    if record.size > MOST_TO_DOWNLOAD:
        raise ApiError("file is too big")
    return as_file(record)


METHODS = (
    Method(SendPhoto, send_photo),
    Method(SendDocument, send_document),
    Method(SendVoice, send_voice),
    Method(GetFile, get_file),
)
