"""/business file and /business files: the owner's documents that replies are based on. Their text
is stored, the documents are not."""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.answers import refusal
from backend.bot.answering.attached import fetch, sent_with
from backend.bot.answering.business_replies import BUTTON
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, read_id, use_up
from backend.business import BusinessFile
from backend.errors import NotFound, TanyaError
from backend.i18n import Translator

DROP = f"{BUTTON}drop:"
LABEL = 32
"""How many characters of a name are shown on its button."""


def make_router() -> Router:
    """The router of this file, which comes before the others of /business."""
    router = Router(name="business_files")
    words = F.args.lower()
    add = Command("business", ignore_case=True, magic=words == "file")
    every = Command("business", ignore_case=True, magic=words == "files")
    router.message.register(add_file, add)
    router.message.register(show_files, every)
    router.callback_query.register(drop, F.data.startswith(DROP))
    return router


async def add_file(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Add the document with the command as its caption, or the replied-to one."""
    account = await context.business.of_owner(message.chat.id)
    if account is None or not account.enabled:
        await message.answer(t("app.business.connect"), parse_mode=None)
        return
    carrier = message if message.document else message.reply_to_message
    sent = sent_with(carrier) if carrier is not None else None
    if carrier is None or sent is None:
        await message.answer(t("bot.business.file.how"), parse_mode=None)
        return
    try:
        upload = await fetch(carrier, sent, bot, context)
        name, text = await context.file_service.words(account.user_id, upload)
        assert upload.id is not None
        await context.business.knowledge.add(account.user_id, upload.id, name, text)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    await show_files(message, t, context)


async def show_files(message: Message, t: Translator, context: BotContext) -> None:
    """List the files, each with a button that deletes it."""
    found = await context.business.knowledge.list_all(message.chat.id)
    if not found:
        await message.answer(t("bot.business.file.how"), parse_mode=None)
        return
    words = t("bot.business.files.list", names="\n".join(_line(one, t) for one in found))
    rows = [[_drop_button(one, t)] for one in found]
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    await message.answer(words, parse_mode=None, reply_markup=keyboard)


async def drop(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Delete one of the presser's own files."""
    with suppress(NotFound):
        file_id = read_id((query.data or "").removeprefix(DROP))
        await context.business.knowledge.remove(query.from_user.id, file_id)
    await acknowledge(query, t("bot.business.file.gone"), alert=True)
    await use_up(query)


def _line(one: BusinessFile, t: Translator) -> str:
    words = "app.business.file.cut" if one.cut else "app.business.file.size"
    return f"{one.name} ({t.plural(words, one.size)})"


def _drop_button(one: BusinessFile, t: Translator) -> InlineKeyboardButton:
    text = t("app.business.file.remove", name=one.name[:LABEL])
    return InlineKeyboardButton(text=text, callback_data=f"{DROP}{one.id.hex}")
