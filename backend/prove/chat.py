"""Steps at Telegram: the bot, its webhook, a launch of the Mini App, drafts."""

from datetime import datetime

import sqlalchemy as sa

from backend.bot.tables import bot_updates
from backend.identity.tables import sessions, users
from backend.prove.parts import NotProven, ProofParts, Skipped
from backend.prove.report import ProofLine

DRAFT = 1_073_741_825
"""An id that no answer's draft has."""


async def bot_step(parts: ProofParts) -> ProofLine:
    """The token is a bot's."""
    facts: dict[str, str | int] = {"bot": f"@{await parts.chat.username()}"}
    return ProofLine("bot", "proven", "the token is accepted", facts)


async def webhook_step(parts: ProofParts) -> ProofLine:
    """Updates arrive at this installation, with its secret, and are handled."""
    begun, name = parts.clock(), await parts.chat.username()
    if not parts.settings.local and not (await parts.chat.webhook()).here:
        raise NotProven("updates go elsewhere: run `tanya telegram setup`")
    parts.say(f"→ From your own account, send /start to @{name}.")

    async def handled() -> int | None:
        return await _handled_since(parts, begun)

    number = await parts.until("an update from you, handled,", handled)
    if parts.settings.local:
        raise Skipped("local mode fetches its updates itself; they arrive and are handled")
    seen = await parts.chat.webhook()
    if seen.error_at is not None and seen.error_at >= begun:
        raise NotProven(f"Telegram met an error there: {seen.error}")
    says = "an update came with the right secret, was kept, and was handled"
    return ProofLine("webhook", "proven", says, {"update": number, "waiting": seen.waiting})


async def _handled_since(parts: ProofParts, begun: datetime) -> int | None:
    """The newest update that was received and done since then, once the person is seen too."""
    newest = (
        sa.select(bot_updates.c.update_id)
        .where(bot_updates.c.received_at >= begun, bot_updates.c.done_at.is_not(None))
        .order_by(bot_updates.c.update_id.desc())
        .limit(1)
    )
    seen = sa.select(users.c.user_id).where(
        users.c.user_id == parts.person, users.c.seen_at >= begun
    )
    async with parts.database.snapshot() as db:
        if (await db.execute(seen)).first() is None:
            return None
        return (await db.execute(newest)).scalar_one_or_none()


async def launch_step(parts: ProofParts) -> ProofLine:
    """The Mini App is opened, and its signature is Telegram's."""
    begun = parts.clock()
    parts.say("→ Open the app by the menu button next to the text field.")
    signed_in = sa.select(sessions.c.device).where(
        sessions.c.user_id == parts.person, sessions.c.created_at >= begun
    )

    async def opened() -> str | None:
        async with parts.database.snapshot() as db:
            row = (await db.execute(signed_in)).first()
        return None if row is None else row.device or "unknown"

    device = await parts.until("a launch of the Mini App", opened)
    says = "init data signed for this bot was verified, and a session begun"
    return ProofLine("launch", "proven", says, {"device": device})


async def draft_step(parts: ProofParts) -> ProofLine:
    """An answer can be shown while it is written, and then sent."""
    for text in ("Tanya", "Tanya shows", "Tanya shows a draft."):
        if not await parts.chat.draft(parts.person, DRAFT, text):
            raise NotProven("the draft was not taken")
    await parts.chat.say(parts.person, "Tanya has shown a draft.")
    return ProofLine("drafts", "proven", "a draft was shown, changed twice, and its message sent")
