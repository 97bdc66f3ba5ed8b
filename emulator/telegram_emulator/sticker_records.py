"""Sticker sets as they are kept."""

from typing import Literal

import msgspec

from telegram_emulator.schemas import BotApi

StickerKind = Literal["regular", "mask", "custom_emoji"]


class StickerRecord(msgspec.Struct, kw_only=True):
    """One sticker of a set; `file_id` is that of its file, which is in no other set."""

    file_id: str
    format: str
    width: int
    height: int
    emoji: list[str]
    keywords: list[str] = []
    mask: BotApi | None = None
    custom_emoji_id: str = ""


class StickerSetRecord(msgspec.Struct, kw_only=True):
    """A set made by the bot for a person. `thumbnail` is a file's id."""

    name: str
    title: str
    owner_id: int
    kind: StickerKind = "regular"
    repainted: bool = False
    stickers: list[StickerRecord] = []
    thumbnail: str = ""
