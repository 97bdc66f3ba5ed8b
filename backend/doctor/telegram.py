"""Telegram: the bot, its webhook, and whether this machine's clock agrees with Telegram's."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import urlsplit

from backend.bot.account.client import make_bot
from backend.doctor.finding import REACH_SECONDS, Finding, kind_of
from backend.llm.http import Budgets, Http
from backend.local_mode import is_installed
from backend.settings import Settings

ERROR_IS_OVER = timedelta(hours=1)
"""Telegram never clears the last error, but retries a failed update within minutes."""
CLOCK_OFF = timedelta(seconds=30)


class Webhook(Protocol):
    """What is read of Telegram's WebhookInfo (https://core.telegram.org/bots/api#webhookinfo)."""

    url: str
    pending_update_count: int
    last_error_date: datetime | None
    last_error_message: str | None


async def check_telegram(settings: Settings, now: datetime) -> Finding:
    """The bot and its webhook."""
    if settings.local:
        if not is_installed():
            mend = "pip install --editable emulator"
            return Finding("telegram", "the emulator is not installed", mend)
        return Finding("telegram", "played by the emulator")
    async with make_bot(settings) as bot:
        try:
            me = await bot.get_me(request_timeout=REACH_SECONDS)
            hook = await bot.get_webhook_info(request_timeout=REACH_SECONDS)
        except Exception as error:
            mend = "check BOT_TOKEN and the network"
            return Finding("telegram", f"getMe failed ({kind_of(error)})", mend)
    return webhook_finding(f"@{me.username}", hook, settings.public_url, now)


def webhook_finding(bot: str, hook: Webhook, public_url: str, now: datetime) -> Finding:
    """Evaluate Telegram's WebhookInfo. An old error with no pending updates is resolved."""
    if not hook.url.startswith(public_url + "/"):
        return Finding("telegram", f"{bot}, no webhook here", "run tanya telegram setup")
    waiting = hook.pending_update_count
    if hook.last_error_message:
        since = hook.last_error_date
        if waiting or since is None or now - since < ERROR_IS_OVER:
            state = f"{bot}, last webhook error: {hook.last_error_message}, {waiting} waiting"
            return Finding("telegram", state, "see that PUBLIC_URL reaches this server")
        return Finding("telegram", f"{bot}, webhook set, an error of {since:%Y-%m-%d} is over")
    return Finding("telegram", f"{bot}, webhook set, {waiting} waiting")


async def check_clock(settings: Settings, now: datetime) -> Finding:
    """This machine's clock against the Date that Telegram's server answers with: sessions,
    payments and days are counted by it."""
    server = make_bot(settings)
    address = urlsplit(server.session.api.base)
    await server.session.close()
    budgets = Budgets(connect=REACH_SECONDS, first_event=REACH_SECONDS)
    try:
        async with Http() as http:
            answer = await http.get(f"{address.scheme}://{address.netloc}/", {}, budgets)
            date = answer.headers.get("date", "")
            await answer.close()
        theirs = parsedate_to_datetime(date)
    except Exception as error:
        return Finding("clock", f"not compared ({kind_of(error)})")
    return clock_finding(theirs, now)


def clock_finding(theirs: datetime, now: datetime) -> Finding:
    """The difference of two clocks."""
    off = now - theirs
    if abs(off) > CLOCK_OFF:
        state = f"{abs(off).total_seconds():.0f} s {'ahead of' if off > CLOCK_OFF else 'behind'}"
        return Finding("clock", f"{state} Telegram's", "let NTP or chrony set this machine's clock")
    return Finding("clock", "agrees with Telegram's")
