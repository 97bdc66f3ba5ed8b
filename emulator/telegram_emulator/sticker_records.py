"""Stored records of sticker sets."""

from typing import Literal

import msgspec

from telegram_emulator.schemas import BotApi

StickerKind = Literal["regular", "mask", "custom_emoji"]


class StickerRecord(msgspec.Struct, kw_only=True):
    """A sticker of a set; `file_id` is its file, which no other set uses."""

    file_id: str
    format: str
    width: int
    height: int
    emoji: list[str]
    keywords: list[str] = []
    mask: BotApi | None = None
    custom_emoji_id: str = ""


class StickerSetRecord(msgspec.Struct, kw_only=True):
    """A set that the bot created for a person. `thumbnail` is a file's id."""

    name: str
    title: str
    owner_id: int
    kind: StickerKind = "regular"
    repainted: bool = False
    stickers: list[StickerRecord] = []
    thumbnail: str = ""
