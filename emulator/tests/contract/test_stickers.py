"""Sticker sets, created and changed by aiogram's real client."""

import struct
import zlib

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InputSticker, MaskPosition

from telegram_emulator.actions import SendSticker
from telegram_emulator.testing import ANN, Phone
from tests.contract.group_of_three import made

NAME = "cats_by_local_bot"


def png(width: int = 512, height: int = 512) -> bytes:
    """A grey picture of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + b"\x7f" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def sticker(data: bytes | None = None, emoji: str = "🐱", form: str = "static") -> InputSticker:
    """A sticker to upload."""
    file = BufferedInputFile(png() if data is None else data, "cat.png")
    return InputSticker(sticker=file, format=form, emoji_list=[emoji])


async def test_a_set_is_created_changed_and_deleted(bot: Bot, ann: int) -> None:
    """Stickers are added, moved, replaced and deleted; a sent sticker names its set."""
    assert await bot.create_new_sticker_set(ann, NAME, "Cats", [sticker(), sticker(emoji="😺")])
    file = await bot.upload_sticker_file(ann, BufferedInputFile(png(512, 300), "c.png"), "static")
    wide = InputSticker(sticker=file.file_id, format="static", emoji_list=["🐈", "😸"])
    assert await bot.add_sticker_to_set(ann, NAME, wide)
    first, second, third = (await bot.get_sticker_set(NAME)).stickers
    assert (third.emoji, third.width, third.height, third.set_name) == ("🐈", 512, 300, NAME)
    assert await bot.set_sticker_position_in_set(third.file_id, 0)
    assert await bot.set_sticker_emoji_list(third.file_id, ["🙀"])
    assert await bot.set_sticker_keywords(third.file_id, ["fright"])
    assert await bot.set_sticker_set_title(NAME, "More cats")
    assert await bot.replace_sticker_in_set(ann, NAME, first.file_id, sticker(emoji="😻"))
    assert await bot.delete_sticker_from_set(second.file_id)
    kept = await bot.get_sticker_set(NAME.upper())
    assert (kept.title, [one.emoji for one in kept.stickers]) == ("More cats", ["🙀", "😻"])
    sent = await bot.send_sticker(ann, third.file_id)
    assert sent.sticker
    assert (sent.sticker.set_name, sent.sticker.emoji) == (NAME, "🙀")
    thumbnail = BufferedInputFile(png(100, 100), "t.png")
    assert await bot.set_sticker_set_thumbnail(NAME, ann, "static", thumbnail=thumbnail)
    assert (await bot.get_sticker_set(NAME)).thumbnail
    assert await bot.delete_sticker_set(NAME)
    with pytest.raises(TelegramBadRequest, match="STICKERSET_INVALID"):
        await bot.get_sticker_set(NAME)


@pytest.mark.parametrize(
    ("name", "one", "words"),
    [
        ("cats", sticker(), "invalid sticker set name is specified"),
        ("9cats_by_local_bot", sticker(), "invalid sticker set name is specified"),
        ("a__b_by_local_bot", sticker(), "invalid sticker set name is specified"),
        (NAME, sticker(b"no picture"), "STICKER_PNG_NOPNG"),
        (NAME, sticker(png(100, 100)), "STICKER_PNG_DIMENSIONS"),
        (NAME, sticker(png() + b"\0" * 600_000), "STICKER_FILE_INVALID"),
        (NAME, sticker(form="video"), "STICKER_VIDEO_NOWEBM"),
        (NAME, sticker(form="animated"), "STICKER_TGS_NOTGS"),
        (NAME, sticker(emoji="cat"), "invalid sticker emojis"),
        (NAME, sticker(form="gif"), "invalid sticker format specified"),
    ],
)
async def test_invalid_stickers_are_refused(
    bot: Bot, ann: int, name: str, one: InputSticker, words: str
) -> None:
    """With Telegram's error texts; nothing is stored."""
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.create_new_sticker_set(ann, name, "Cats", [one])
    with pytest.raises(TelegramBadRequest, match="STICKERSET_INVALID"):
        await bot.get_sticker_set(name)


async def test_names_are_unique_and_a_set_has_one_owner(bot: Bot, ann: int) -> None:
    """Names are compared without case; other people's sets cannot be changed."""
    await bot.create_new_sticker_set(ann, NAME, "Cats", [sticker()])
    with pytest.raises(TelegramBadRequest, match="sticker set name is already occupied"):
        await bot.create_new_sticker_set(ann, "Cats_by_local_bot", "Cats", [sticker()])
    with pytest.raises(TelegramBadRequest, match="STICKERSET_INVALID"):
        await bot.add_sticker_to_set(ann + 1, NAME, sticker())
    with pytest.raises(TelegramBadRequest, match="USER_ID_INVALID"):
        await bot.add_sticker_to_set(1, NAME, sticker())


async def test_custom_emoji_and_masks(bot: Bot, ann: int) -> None:
    """Emoji are found by their ids; masks have a position on the face."""
    name = "small_by_local_bot"
    small = sticker(png(100, 100))
    await bot.create_new_sticker_set(
        ann, name, "Small", [small], sticker_type="custom_emoji", needs_repainting=True
    )
    (emoji,) = (await bot.get_sticker_set(name)).stickers
    assert emoji.custom_emoji_id
    assert emoji.needs_repainting
    found = await bot.get_custom_emoji_stickers([emoji.custom_emoji_id, "1"])
    assert [one.file_id for one in found] == [emoji.file_id]
    assert await bot.set_custom_emoji_sticker_set_thumbnail(
        name, custom_emoji_id=emoji.custom_emoji_id
    )
    masks = "masks_by_local_bot"
    await bot.create_new_sticker_set(ann, masks, "Masks", [sticker()], sticker_type="mask")
    (mask,) = (await bot.get_sticker_set(masks)).stickers
    place = MaskPosition(point="eyes", x_shift=0.5, y_shift=0, scale=1)
    assert await bot.set_sticker_mask_position(mask.file_id, mask_position=place)
    (mask,) = (await bot.get_sticker_set(masks)).stickers
    assert mask.mask_position
    assert mask.mask_position.model_dump() == place.model_dump()


async def test_a_person_sends_a_sticker_and_a_group_has_a_set(
    bot: Bot, ann: int, phone: Phone
) -> None:
    """The bot gets the set's name in both."""
    await bot.create_new_sticker_set(ann, NAME, "Cats", [sticker()])
    (cat,) = (await bot.get_sticker_set(NAME)).stickers
    await phone.act(SendSticker(ANN, cat.file_id))
    update = (await bot.get_updates())[-1]
    assert update.message
    assert update.message.sticker
    assert update.message.sticker.set_name == NAME
    group = await made(phone, admin=True)
    assert await bot.set_chat_sticker_set(group, NAME)
    assert (await bot.get_chat(group)).sticker_set_name == NAME
    assert await bot.delete_chat_sticker_set(group)
    assert (await bot.get_chat(group)).sticker_set_name is None
