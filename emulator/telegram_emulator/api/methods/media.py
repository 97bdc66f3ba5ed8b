"""Sending files, alone and in albums, and getFile."""

import secrets
from types import SimpleNamespace
from typing import Any

from aiogram.methods import (
    GetFile,
    SendAnimation,
    SendAudio,
    SendDocument,
    SendLivePhoto,
    SendMediaGroup,
    SendPhoto,
    SendSticker,
    SendVideo,
    SendVideoNote,
    SendVoice,
)

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import UploadedFile
from telegram_emulator.api.sending import caption_of, reach, send
from telegram_emulator.files import (
    MOST_PHOTO,
    MOST_TO_DOWNLOAD,
    MOST_TO_UPLOAD,
    as_document,
    as_file,
    as_photo,
    as_timed,
    as_video_note,
)
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.stickers import any_sticker
from telegram_emulator.world import FileRecord

MOST_IN_ALBUM = 10


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


def send_audio(hub: Hub, call: SendAudio) -> BotApi:
    """sendAudio"""
    return send(hub, call, {**_timed(hub, call, call.audio, "audio"), **caption_of(call)}).message


def send_video(hub: Hub, call: SendVideo) -> BotApi:
    """sendVideo"""
    return send(hub, call, {**_timed(hub, call, call.video, "video"), **caption_of(call)}).message


def send_animation(hub: Hub, call: SendAnimation) -> BotApi:
    """sendAnimation: the message also has a `document` field, for old clients."""
    record = _file(hub, call, "animation", call.animation, MOST_TO_UPLOAD)
    animation = as_timed(record, "video", *_measures(call))
    content = {"animation": animation, "document": as_document(record), **caption_of(call)}
    return send(hub, call, content).message


def send_live_photo(hub: Hub, call: SendLivePhoto) -> BotApi:
    """sendLivePhoto: a picture with the short video that plays while it is held."""
    content = _live_photo(hub, call, call.live_photo, call.photo)
    return send(hub, call, {**content, **caption_of(call)}).message


def _live_photo(hub: Hub, call: Any, video: object, still: object) -> BotApi:
    record = _file(hub, call, "live_photo", video, MOST_PHOTO)
    photo = as_photo(_file(hub, call, "photo", still, MOST_PHOTO))
    live = as_timed(record, "video", 3, photo[0]["width"], photo[0]["height"])
    del live["file_name"]
    return {"live_photo": {**live, "photo": photo}}


def send_video_note(hub: Hub, call: SendVideoNote) -> BotApi:
    """sendVideoNote"""
    record = _file(hub, call, "video_note", call.video_note, MOST_TO_UPLOAD)
    seconds = call.duration if isinstance(call.duration, int) else 0
    note = as_video_note(record, seconds, call.length or 0)
    return send(hub, call, {"video_note": note}).message


def send_sticker(hub: Hub, call: SendSticker) -> BotApi:
    """sendSticker"""
    record = _file(hub, call, "sticker", call.sticker, MOST_PHOTO)
    sticker = any_sticker(hub.world, record.id, call.emoji)
    return send(hub, call, {"sticker": sticker}).message


def send_media_group(hub: Hub, call: SendMediaGroup) -> list[BotApi]:
    """sendMediaGroup: photos and videos can be mixed; documents and audio only with their own
    kind."""
    if not 2 <= len(call.media) <= MOST_IN_ALBUM:
        raise ApiError("media group must include 2-10 items")
    kinds = {str(item.type) for item in call.media}
    if len(kinds) > 1 and not kinds <= {"photo", "video", "live_photo"}:
        raise ApiError("documents and audio can't be mixed with other media types")
    album = {"media_group_id": str(secrets.randbits(62))}
    contents = [
        {**media_of_item(hub, call, item), **caption_of(item), **album} for item in call.media
    ]
    single = SimpleNamespace(
        **{name: getattr(call, name) for name in type(call).model_fields}, reply_markup=None
    )
    return [send(hub, single, content).message for content in contents]


def media_of_item(hub: Hub, call: Any, item: Any) -> BotApi:
    """The file of an `InputMedia`, in the form that a message holds.

    Raises:
        ApiError: for kinds that are not played and files that cannot be had.
    """
    kind = str(item.type)
    if kind in ("photo", "document"):
        limit = MOST_PHOTO if kind == "photo" else MOST_TO_UPLOAD
        record = _file(hub, call, kind, item.media, limit)
        return {kind: as_photo(record) if kind == "photo" else as_document(record)}
    if kind == "live_photo":
        return _live_photo(hub, call, item.media, item.photo)
    if kind not in ("audio", "video"):
        raise ApiError(f"METHOD_NOT_PLAYED: albums with {kind} are not played by this emulator")
    record = _file(hub, call, kind, item.media, MOST_TO_UPLOAD)
    return {kind: as_timed(record, kind, *_measures(item))}


def _timed(hub: Hub, call: Any, value: object, kind: str) -> BotApi:
    record = _file(hub, call, kind, value, MOST_TO_UPLOAD)
    media = as_timed(record, kind, *_measures(call))
    for name in ("performer", "title"):
        if text := getattr(call, name, None):
            media[name] = text
    return {kind: media}


def _measures(call: Any) -> tuple[int, int, int]:
    seconds = call.duration if isinstance(call.duration, int) else 0
    return seconds, getattr(call, "width", None) or 0, getattr(call, "height", None) or 0


def _file(hub: Hub, call: Any, kind: str, value: object, limit: int) -> FileRecord:
    reach(hub, call)  # do not store a file for a chat that cannot be reached
    return kept_file(hub, kind, value, limit)


def kept_file(hub: Hub, kind: str, value: object, limit: int = MOST_TO_UPLOAD) -> FileRecord:
    """Store an upload, or find a stored file by its id. The emulator does not fetch addresses.

    Raises:
        ApiError: for an empty or too large upload, or an id that is no file's.
    """
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
    Method(SendAudio, send_audio),
    Method(SendVideo, send_video),
    Method(SendLivePhoto, send_live_photo),
    Method(SendAnimation, send_animation),
    Method(SendVideoNote, send_video_note),
    Method(SendSticker, send_sticker),
    Method(SendMediaGroup, send_media_group),
    Method(SendDocument, send_document),
    Method(SendVoice, send_voice),
    Method(GetFile, get_file),
)
