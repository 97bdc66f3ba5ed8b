"""/sticker: turns a picture into a sticker in the person's own pack, which the bot creates.

The pack belongs to the person at Telegram (core.telegram.org/bots/api#createnewstickerset); its
name is derived from a key of the server, so nothing about it is stored. No model is asked.
"""

import asyncio

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputSticker,
    Message,
    StickerSet,
)

from backend.bot.answering.answers import refusal
from backend.bot.answering.attached import fetch, sent_with
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, use_up
from backend.errors import TanyaError
from backend.files import sticker_of
from backend.i18n import Translator

COMMANDS = ((19, "sticker"),)
DELETE = "stickers:delete"
EMOJI = "🙂"
"""The emoji if none is given after the command."""
LONGEST_EMOJI = 8


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="sticker")
    router.message.register(sticker, Command("sticker", ignore_case=True))
    router.callback_query.register(delete, F.data == DELETE)
    return router


async def sticker(
    message: Message, command: CommandObject, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Add the attached or replied-to picture to the pack; without one, show the pack."""
    name = await context.sticker_packs.name(message.chat.id)
    found = _picture(message)
    if found is None or (sent := sent_with(found)) is None:
        await _show(message, await _pack(name, bot), t)
        return
    try:
        upload = await fetch(found, sent, bot, context)
        content = await context.file_service.picture(message.chat.id, upload)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    data = await asyncio.to_thread(sticker_of, content)
    emoji = (command.args or "").strip().split(" ")[0]
    if not emoji or len(emoji) > LONGEST_EMOJI or emoji.isascii():
        emoji = EMOJI
    try:
        await _add(message.chat.id, name, data, emoji, bot, t)
    except TelegramBadRequest as error:
        await message.answer(t("bot.sticker.refused", reason=error.message), parse_mode=None)
        return
    if pack := await _pack(name, bot):
        await message.answer_sticker(pack.stickers[-1].file_id)
        await _show(message, pack, t)


def _picture(message: Message) -> Message | None:
    """The message with the picture: itself, or the replied-to one."""
    return next((one for one in (message, message.reply_to_message) if one and _has(one)), None)


def _has(message: Message) -> bool:
    kind = (message.document.mime_type or "") if message.document else ""
    return bool(message.photo) or kind.startswith("image/")


async def _add(person: int, name: str, data: bytes, emoji: str, bot: Bot, t: Translator) -> None:
    """Add a sticker to the pack, which is created with its first one.

    Raises:
        TelegramBadRequest: Telegram refuses it, for example because the pack is full.
    """
    made = InputSticker(
        sticker=BufferedInputFile(data, "sticker.webp"), format="static", emoji_list=[emoji]
    )
    if await _pack(name, bot) is not None:
        await bot.add_sticker_to_set(person, name, made)
    else:
        await bot.create_new_sticker_set(person, name, t("bot.sticker.title"), [made])


async def _pack(name: str, bot: Bot) -> StickerSet | None:
    try:
        return await bot.get_sticker_set(name)
    except TelegramBadRequest:
        return None


async def _show(message: Message, pack: StickerSet | None, t: Translator) -> None:
    if pack is None:
        await message.answer(t("bot.sticker.how"))
        return
    link = InlineKeyboardButton(
        text=t("bot.sticker.open"), url=f"https://t.me/addstickers/{pack.name}"
    )
    gone = InlineKeyboardButton(text=t("bot.sticker.delete"), callback_data=DELETE)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[link], [gone]])
    await message.answer(t("bot.sticker.pack", count=len(pack.stickers)), reply_markup=keyboard)


async def delete(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Delete the presser's whole pack at Telegram."""
    if not await context.sticker_packs.delete(query.from_user.id):
        await acknowledge(query, t("bot.sticker.none"), alert=True)
        return
    await acknowledge(query, t("bot.sticker.deleted"), alert=True)
    await use_up(query)
