"""Changing sticker sets and single stickers, and a group's own set."""

from aiogram.methods import (
    DeleteChatStickerSet,
    SetChatStickerSet,
    SetCustomEmojiStickerSetThumbnail,
    SetStickerEmojiList,
    SetStickerKeywords,
    SetStickerMaskPosition,
    SetStickerPositionInSet,
    SetStickerSetThumbnail,
    SetStickerSetTitle,
)

from telegram_emulator.api.methods.members import group_of
from telegram_emulator.api.methods.method import Method
from telegram_emulator.api.methods.sticker_sets import check_emoji, check_keywords, check_title
from telegram_emulator.api.params import UploadedFile, wire
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.stickers import MOST_BYTES, find_set, find_sticker

MOST_THUMBNAIL = {**MOST_BYTES, "static": 128 * 1024, "video": 32 * 1024, "animated": 32 * 1024}


def set_position(hub: Hub, call: SetStickerPositionInSet) -> bool:
    """setStickerPositionInSet: counted from 0; a position beyond the end means the end."""
    record, sticker = find_sticker(hub.world, call.sticker)
    if call.position < 0:
        raise ApiError("STICKER_POSITION_INVALID")
    record.stickers.remove(sticker)
    record.stickers.insert(call.position, sticker)
    hub.store.changed()
    return True


def set_emoji(hub: Hub, call: SetStickerEmojiList) -> bool:
    """setStickerEmojiList"""
    _, sticker = find_sticker(hub.world, call.sticker)
    check_emoji(call.emoji_list)
    sticker.emoji = call.emoji_list
    hub.store.changed()
    return True


def set_keywords(hub: Hub, call: SetStickerKeywords) -> bool:
    """setStickerKeywords"""
    record, sticker = find_sticker(hub.world, call.sticker)
    check_keywords(call.keywords or [], record.kind)
    sticker.keywords = call.keywords or []
    hub.store.changed()
    return True


def set_mask(hub: Hub, call: SetStickerMaskPosition) -> bool:
    """setStickerMaskPosition"""
    record, sticker = find_sticker(hub.world, call.sticker)
    if record.kind != "mask":
        raise ApiError("MASK_POSITION_INVALID")
    sticker.mask = wire(call.mask_position)
    hub.store.changed()
    return True


def set_title(hub: Hub, call: SetStickerSetTitle) -> bool:
    """setStickerSetTitle"""
    record = find_set(hub.world, call.name)
    check_title(call.title)
    record.title = call.title
    hub.store.changed()
    return True


def set_thumbnail(hub: Hub, call: SetStickerSetThumbnail) -> bool:
    """setStickerSetThumbnail: without one the first sticker is the thumbnail."""
    record = find_set(hub.world, call.name)
    if record.owner_id != call.user_id:
        raise ApiError("STICKERSET_INVALID")
    if call.format not in MOST_THUMBNAIL:
        raise ApiError("invalid sticker format specified")
    thumbnail = call.thumbnail
    if isinstance(thumbnail, UploadedFile):
        if not 0 < len(thumbnail.data) <= MOST_THUMBNAIL[call.format]:
            raise ApiError("STICKER_THUMB_PNG_NOPNG")
        name = thumbnail.filename or "thumbnail"
        kept = hub.files.keep("sticker", name, thumbnail.media_type, thumbnail.data)
        record.thumbnail = kept.id
    else:
        record.thumbnail = hub.files.find(str(thumbnail)).id if thumbnail else ""
    hub.store.changed()
    return True


def set_emoji_thumbnail(hub: Hub, call: SetCustomEmojiStickerSetThumbnail) -> bool:
    """setCustomEmojiStickerSetThumbnail: one of the set's own emoji."""
    record = find_set(hub.world, call.name)
    if record.kind != "custom_emoji":
        raise ApiError("STICKERSET_INVALID")
    own = {one.custom_emoji_id: one.file_id for one in record.stickers}
    if call.custom_emoji_id and call.custom_emoji_id not in own:
        raise ApiError("DOCUMENT_INVALID")
    record.thumbnail = own.get(call.custom_emoji_id or "", "")
    hub.store.changed()
    return True


def set_chat_set(hub: Hub, call: SetChatStickerSet) -> bool:
    """setChatStickerSet: for a supergroup; getChat allows it here for every one."""
    group = group_of(hub, call.chat_id, "can_change_info")
    if group.kind != "supergroup":
        raise ApiError("can't set supergroup sticker set")
    group.sticker_set = find_set(hub.world, call.sticker_set_name).name
    hub.store.changed()
    return True


def delete_chat_set(hub: Hub, call: DeleteChatStickerSet) -> bool:
    """deleteChatStickerSet"""
    group = group_of(hub, call.chat_id, "can_change_info")
    if group.kind != "supergroup":
        raise ApiError("can't set supergroup sticker set")
    group.sticker_set = ""
    hub.store.changed()
    return True


METHODS = (
    Method(SetStickerPositionInSet, set_position),
    Method(SetStickerEmojiList, set_emoji),
    Method(SetStickerKeywords, set_keywords),
    Method(SetStickerMaskPosition, set_mask),
    Method(SetStickerSetTitle, set_title),
    Method(SetStickerSetThumbnail, set_thumbnail),
    Method(SetCustomEmojiStickerSetThumbnail, set_emoji_thumbnail),
    Method(SetChatStickerSet, set_chat_set),
    Method(DeleteChatStickerSet, delete_chat_set),
)
