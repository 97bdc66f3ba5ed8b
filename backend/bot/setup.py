"""`tanya telegram setup`: tell Telegram where the webhook is, which commands, which menu button.

It never drops pending updates: payments may be among them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommandScopeAllGroupChats, MenuButtonWebApp, User, WebAppInfo

from backend.bot.account.client import make_bot
from backend.bot.account.own_settings import apply_settings
from backend.bot.handlers import command_list, group_command_list
from backend.bot.inbox.updates import ALLOWED_UPDATES
from backend.bot.inbox.webhook import WEBHOOK_PATH, webhook_secret
from backend.bot.sending.views import Links
from backend.errors import BotSetupFailed
from backend.features import Features
from backend.i18n import languages, translator
from backend.settings import Settings


def run_setup(settings: Settings, say: Callable[[str], None]) -> None:
    """Do it all, telling each step.

    Raises:
        BotSetupFailed: Telegram refused or could not be reached.
    """

    async def run() -> None:
        async with make_bot(settings) as bot:
            async for line in set_up(bot, settings):
                say(line)

    try:
        asyncio.run(run())
    except AiogramError as error:
        raise BotSetupFailed(reason=type(error).__name__) from error


async def set_up(bot: Bot, settings: Settings) -> AsyncIterator[str]:
    """Do each step and yield a line that says what was done."""
    me = await bot.get_me()
    yield f"The bot is @{me.username} ({me.id})."
    await introduce(bot, settings)
    yield f"Commands and menu button are set in {len(languages())} languages."
    if settings.local:
        await bot.delete_webhook()
        yield "Local mode polls; no webhook is needed."
        return
    await bot.set_webhook(
        settings.public_url + WEBHOOK_PATH,
        secret_token=webhook_secret(settings),
        allowed_updates=ALLOWED_UPDATES,
        max_connections=40,
    )
    yield f"Updates go to {settings.public_url}{WEBHOOK_PATH}."
    applied = await apply_settings(bot, translator("en")("bot.inline.placeholder"))
    if applied:
        yield "Inline mode and guest mode are on; groups too, where their admins turn Tanya on."
    for line in left_for_botfather(settings, me, applied=applied):
        yield line


async def introduce(bot: Bot, settings: Settings) -> None:
    """Menu button, commands and description, in every language: first what opens the app, then
    English, which is shown until the others are there."""
    app = WebAppInfo(url=Links(settings.public_url).app())
    label = translator("en")("bot.menu_button")
    await bot.set_chat_menu_button(menu_button=MenuButtonWebApp(text=label, web_app=app))
    off = Features(settings).handlers_off
    for language in languages():
        # In a thread: a catalogue that is not read yet would hold up the loop.
        t = await asyncio.to_thread(translator, language)
        # Telegram takes two letters here, and English for all languages that are not named.
        code = None if language == "en" else language.split("-")[0]
        in_groups = BotCommandScopeAllGroupChats()
        await asyncio.gather(
            bot.set_my_commands(command_list(t, off), language_code=code),
            bot.set_my_commands(group_command_list(t, off), in_groups, language_code=code),
            bot.set_my_description(t("bot.description"), language_code=code),
            bot.set_my_short_description(t("bot.short_description"), language_code=code),
        )


def left_for_botfather(settings: Settings, me: User, *, applied: bool) -> list[str]:
    """What only BotFather's chat can do; more, where the settings could not be `applied`."""
    lines = [
        "What remains is done in the chat with @BotFather:",
        f"  1. /mybots → @{me.username} → Bot Settings → Configure Mini App: "
        f"{settings.public_url}/app",
        f"  2. /setprivacypolicy: {settings.public_url}/privacy",
        "  3. Payments: Telegram Stars need no provider; check that /paysupport answers.",
    ]
    if me.has_topics_enabled:
        lines.append(
            "  ! Threaded mode is on: each topic is a conversation, and Telegram keeps 15% more of "
            "all Stars while it is."
        )
    if applied:
        return lines
    lines.append("  5. /setinline, then /setinlinefeedback → Enabled: answers in any chat.")
    if not me.can_join_groups:
        lines.append("  4. /setjoingroups → Enable: Tanya answers in groups whose admins want it.")
    return lines
