"""Sticker sets: checks of files and names, finding sets and stickers, and their JSON.

Rules: core.telegram.org/stickers and the Bot API's createNewStickerSet; error texts from
telegram-bot-api's Client.cpp and core.telegram.org/method/stickers.createStickerSet.
"""

import re

from telegram_emulator.files import as_sticker
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.sticker_records import StickerKind, StickerRecord, StickerSetRecord
from telegram_emulator.world import World

MOST_BYTES = {"static": 512 * 1024, "animated": 64 * 1024, "video": 256 * 1024}
MOST_AT_FIRST, MOST_STICKERS, MOST_EMOJI_STICKERS = 50, 120, 200
SIDE, EMOJI_SIDE = 512, 100
"""In pixels."""
PNG, GZIP, WEBM = b"\x89PNG\r\n\x1a\n", b"\x1f\x8b", b"\x1a\x45\xdf\xa3"


def check_file(data: bytes, form: str, kind: StickerKind) -> tuple[int, int]:
    """The width and height of a sticker's file in pixels.

    Raises:
        ApiError: for what is no such file, is too large or has wrong measures.
    """
    if form not in MOST_BYTES:
        raise ApiError("invalid sticker format specified")
    if len(data) > MOST_BYTES[form]:
        raise ApiError("STICKER_VIDEO_BIG" if form == "video" else "STICKER_FILE_INVALID")
    side = EMOJI_SIDE if kind == "custom_emoji" else SIDE
    if form == "animated" and not data.startswith(GZIP):
        raise ApiError("STICKER_TGS_NOTGS")
    if form == "video" and not data.startswith(WEBM):
        raise ApiError("STICKER_VIDEO_NOWEBM")
    if form != "static":
        return side, side
    measures = picture_size(data)
    if measures is None:
        raise ApiError("STICKER_PNG_NOPNG")
    wrong = measures != (side, side) if kind == "custom_emoji" else max(measures) != side
    if wrong or not min(measures):
        raise ApiError("STICKER_PNG_DIMENSIONS")
    return measures


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or WebP picture, from its header; None for anything else."""
    if data.startswith(PNG) and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(
                data[27:30], "little"
            ) + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            return (
                int.from_bytes(data[26:28], "little") & 0x3FFF,
                int.from_bytes(data[28:30], "little") & 0x3FFF,
            )
    return None


def check_name(world: World, name: str, username: str) -> None:
    """Check that a new set of the bot may have this name.

    Raises:
        ApiError: for a malformed name, or one that is taken.
    """
    ours = name.lower().endswith(f"_by_{username.lower()}")
    if not ours or not re.fullmatch(r"[A-Za-z](?:_?[A-Za-z0-9])*", name) or len(name) > 64:
        raise ApiError("invalid sticker set name is specified")
    if any(known.lower() == name.lower() for known in world.sticker_sets):
        raise ApiError("sticker set name is already occupied")


def find_set(world: World, name: str) -> StickerSetRecord:
    """The set with this name.

    Raises:
        ApiError: when there is none.
    """
    for known, record in world.sticker_sets.items():
        if known.lower() == name.lower():
            return record
    raise ApiError("STICKERSET_INVALID")


def find_sticker(world: World, file_id: str) -> tuple[StickerSetRecord, StickerRecord]:
    """A sticker and its set, by its file.

    Raises:
        ApiError: when the file is in no set.
    """
    for record in world.sticker_sets.values():
        for sticker in record.stickers:
            if sticker.file_id == file_id:
                return record, sticker
    raise ApiError("STICKERSET_NOT_MODIFIED" if file_id in world.files else "STICKER_INVALID")


def sticker_view(world: World, found: StickerSetRecord, sticker: StickerRecord) -> BotApi:
    """The `Sticker` of a set."""
    view = {
        **as_sticker(world.files[sticker.file_id], sticker.emoji[0]),
        "type": found.kind,
        "width": sticker.width,
        "height": sticker.height,
        "is_animated": sticker.format == "animated",
        "is_video": sticker.format == "video",
        "set_name": found.name,
    }
    if sticker.mask is not None:
        view["mask_position"] = sticker.mask
    if sticker.custom_emoji_id:
        view["custom_emoji_id"] = sticker.custom_emoji_id
    if found.repainted:
        view["needs_repainting"] = True
    return view


def any_sticker(world: World, file_id: str, emoji: str | None = None) -> BotApi:
    """The `Sticker` of a file, with its set if it has one."""
    for record in world.sticker_sets.values():
        for sticker in record.stickers:
            if sticker.file_id == file_id:
                return sticker_view(world, record, sticker)
    return as_sticker(world.files[file_id], emoji)


def set_view(world: World, found: StickerSetRecord) -> BotApi:
    """`StickerSet`"""
    view: BotApi = {
        "name": found.name,
        "title": found.title,
        "sticker_type": found.kind,
        "stickers": [sticker_view(world, found, sticker) for sticker in found.stickers],
    }
    if record := world.files.get(found.thumbnail):
        size = {"width": EMOJI_SIDE, "height": EMOJI_SIDE, "file_size": record.size}
        view["thumbnail"] = {"file_id": record.id, "file_unique_id": record.unique_id, **size}
    return view
