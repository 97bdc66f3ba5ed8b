"""Sticker sets that the bot creates for people, and finding stickers."""

import secrets
from collections.abc import Sequence

from aiogram.methods import (
    AddStickerToSet,
    CreateNewStickerSet,
    DeleteStickerFromSet,
    DeleteStickerSet,
    GetCustomEmojiStickers,
    GetStickerSet,
    ReplaceStickerInSet,
    UploadStickerFile,
)
from aiogram.types import InputSticker

from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.params import UploadedFile, wire
from telegram_emulator.files import as_file
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.sticker_records import StickerKind, StickerRecord, StickerSetRecord
from telegram_emulator.stickers import (
    MOST_AT_FIRST,
    MOST_EMOJI_STICKERS,
    MOST_STICKERS,
    check_file,
    check_name,
    find_set,
    find_sticker,
    set_view,
    sticker_view,
)
from telegram_emulator.world import FileRecord

MOST_EMOJI, MOST_KEYWORDS, LONGEST_KEYWORDS, LONGEST_TITLE = 20, 20, 64, 64
KINDS: dict[str, StickerKind] = {
    "regular": "regular",
    "mask": "mask",
    "custom_emoji": "custom_emoji",
}


def upload_file(hub: Hub, call: UploadStickerFile) -> BotApi:
    """uploadStickerFile: checked as a sticker of a regular set or a custom emoji."""
    _person(hub, call.user_id)
    if not isinstance(call.sticker, UploadedFile):
        raise ApiError("there is no sticker in the request")
    data = call.sticker.data
    try:
        check_file(data, call.sticker_format, "regular")
    except ApiError:
        check_file(data, call.sticker_format, "custom_emoji")
    return as_file(_kept(hub, call.sticker))


def create_set(hub: Hub, call: CreateNewStickerSet) -> bool:
    """createNewStickerSet"""
    _person(hub, call.user_id)
    check_name(hub.world, call.name, hub.profile.username)
    check_title(call.title)
    kind = KINDS.get(call.sticker_type or "regular")
    if kind is None:
        raise ApiError("invalid sticker type specified")
    if not 1 <= len(call.stickers) <= MOST_AT_FIRST:
        raise ApiError("STICKERS_TOO_MUCH" if call.stickers else "STICKERS_EMPTY")
    record = StickerSetRecord(name=call.name, title=call.title, owner_id=call.user_id, kind=kind)
    record.repainted = kind == "custom_emoji" and bool(call.needs_repainting)
    record.stickers = [_sticker(hub, one, kind) for one in call.stickers]
    hub.world.sticker_sets[record.name] = record
    hub.store.changed()
    return True


def check_title(title: str) -> None:
    """Check a set's title.

    Raises:
        ApiError: for none, or one that is too long.
    """
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise ApiError("PACK_TITLE_INVALID")


def _sticker(hub: Hub, given: InputSticker, kind: StickerKind) -> StickerRecord:
    check_emoji(given.emoji_list)
    check_keywords(given.keywords or [], kind)
    if given.mask_position is not None and kind != "mask":
        raise ApiError("MASK_POSITION_INVALID")
    source = given.sticker
    if isinstance(source, UploadedFile):
        width, height = check_file(source.data, given.format, kind)
        record = _kept(hub, source)
    else:
        kept = hub.files.find(str(source))
        data = hub.files.read(kept)
        width, height = check_file(data, given.format, kind)
        # Each sticker of a set has a file of its own: one file in two sets is two stickers.
        record = hub.files.keep("sticker", kept.name, kept.media_type, data)
    return StickerRecord(
        file_id=record.id,
        format=given.format,
        width=width,
        height=height,
        emoji=given.emoji_list,
        keywords=given.keywords or [],
        mask=wire(given.mask_position),
        custom_emoji_id=str(secrets.randbits(62)) if kind == "custom_emoji" else "",
    )


def _kept(hub: Hub, file: UploadedFile) -> FileRecord:
    return hub.files.keep("sticker", file.filename or "sticker", file.media_type, file.data)


def check_emoji(emoji: Sequence[str]) -> None:
    """Check the emoji of a sticker.

    Raises:
        ApiError: for none, too many, or words in their place.
    """
    if not 1 <= len(emoji) <= MOST_EMOJI or any(one.isascii() for one in emoji):
        raise ApiError("invalid sticker emojis")


def check_keywords(keywords: Sequence[str], kind: StickerKind) -> None:
    """Check the words by which a sticker is found.

    Raises:
        ApiError: for too many, or for a mask's.
    """
    if len(keywords) > MOST_KEYWORDS or sum(map(len, keywords)) > LONGEST_KEYWORDS:
        raise ApiError("STICKER_KEYWORDS_INVALID")
    if keywords and kind == "mask":
        raise ApiError("STICKER_KEYWORDS_INVALID")


def get_set(hub: Hub, call: GetStickerSet) -> BotApi:
    """getStickerSet"""
    return set_view(hub.world, find_set(hub.world, call.name))


def get_custom_emoji(hub: Hub, call: GetCustomEmojiStickers) -> list[BotApi]:
    """getCustomEmojiStickers: unknown ids are left out."""
    if not 1 <= len(call.custom_emoji_ids) <= 200:
        raise ApiError("too many custom emoji identifiers specified")
    wanted = set(call.custom_emoji_ids)
    return [
        sticker_view(hub.world, record, sticker)
        for record in hub.world.sticker_sets.values()
        for sticker in record.stickers
        if sticker.custom_emoji_id in wanted
    ]


def add_sticker(hub: Hub, call: AddStickerToSet) -> bool:
    """addStickerToSet"""
    record = _owned(hub, call.name, call.user_id)
    most = MOST_EMOJI_STICKERS if record.kind == "custom_emoji" else MOST_STICKERS
    if len(record.stickers) >= most:
        raise ApiError("STICKERS_TOO_MUCH")
    record.stickers.append(_sticker(hub, call.sticker, record.kind))
    hub.store.changed()
    return True


def replace_sticker(hub: Hub, call: ReplaceStickerInSet) -> bool:
    """replaceStickerInSet: the new one takes the old one's position."""
    record = _owned(hub, call.name, call.user_id)
    found, old = find_sticker(hub.world, call.old_sticker)
    if found is not record:
        raise ApiError("STICKER_INVALID")
    record.stickers[record.stickers.index(old)] = _sticker(hub, call.sticker, record.kind)
    hub.store.changed()
    return True


def delete_sticker(hub: Hub, call: DeleteStickerFromSet) -> bool:
    """deleteStickerFromSet"""
    record, sticker = find_sticker(hub.world, call.sticker)
    record.stickers.remove(sticker)
    hub.store.changed()
    return True


def delete_set(hub: Hub, call: DeleteStickerSet) -> bool:
    """deleteStickerSet"""
    del hub.world.sticker_sets[find_set(hub.world, call.name).name]
    hub.store.changed()
    return True


def _person(hub: Hub, user_id: int) -> None:
    if user_id not in hub.world.people:
        raise ApiError("USER_ID_INVALID")


def _owned(hub: Hub, name: str, user_id: int) -> StickerSetRecord:
    _person(hub, user_id)
    record = find_set(hub.world, name)
    if record.owner_id != user_id:
        raise ApiError("STICKERSET_INVALID")
    return record


METHODS = (
    Method(UploadStickerFile, upload_file),
    Method(CreateNewStickerSet, create_set),
    Method(GetStickerSet, get_set),
    Method(GetCustomEmojiStickers, get_custom_emoji),
    Method(AddStickerToSet, add_sticker),
    Method(ReplaceStickerInSet, replace_sticker),
    Method(DeleteStickerFromSet, delete_sticker),
    Method(DeleteStickerSet, delete_set),
)
