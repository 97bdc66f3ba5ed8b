"""A whole run: the steps at Telegram in order, then the one at a provider."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

from msgspec.structs import replace

from backend import __version__
from backend.billing import Billing
from backend.bot.ports.proving import open_proving_chat
from backend.db import Database, KeyRing, Vault
from backend.errors import TanyaError
from backend.features import Features
from backend.llm import ModelRoom
from backend.prove.answers import answer_step, searching_model
from backend.prove.chat import bot_step, draft_step, launch_step, webhook_step
from backend.prove.parts import NotProven, ProofParts, Skipped, Step
from backend.prove.place import ProvingPlace, provider_place, telegram_place
from backend.prove.report import FORM, Proof, ProofLine
from backend.prove.stars import refund_step, renewal_step, subscription_step
from backend.settings import Settings

STEPS: Final[dict[str, Step]] = {
    "bot": bot_step,
    "webhook": webhook_step,
    "launch": launch_step,
    "drafts": draft_step,
    "subscription": subscription_step,
    "renewal": renewal_step,
    "refund": refund_step,
}
"""What a person is asked to do at Telegram, in this order."""


async def prove(
    settings: Settings,
    person: int,
    say: Callable[[str], None],
    clock: Callable[[], datetime],
    *,
    wait: float,
) -> Proof:
    """Take every step, and print each line; a step that fails keeps none back.

    A server with the same settings has to be running. `person` acts in Telegram; each of their
    acts may take `wait` seconds.
    """
    began_at, place = clock(), await telegram_place(settings)
    say(f"Telegram: {place.name}")
    lines = await _at_telegram(settings, person, say, clock, wait, place)
    models = ModelRoom(settings, clock, Features(settings))
    try:
        where = provider_place(models.catalog.providers[searching_model(models).provider])
    except Skipped:
        where = ProvingPlace("none", real=False)
    say(f"Provider: {where.name}")
    asked = await _taken("answer", where, say, lambda: answer_step(models))
    return Proof(
        form=FORM,
        version=__version__,
        began_at=began_at,
        ended_at=clock(),
        telegram=place.name,
        provider=where.name,
        lines=[*lines, *asked],
    )


async def _at_telegram(
    settings: Settings,
    person: int,
    say: Callable[[str], None],
    clock: Callable[[], datetime],
    wait: float,
    place: ProvingPlace,
) -> list[ProofLine]:
    database, lines = Database.open(settings.database), list[ProofLine]()
    try:
        async with open_proving_chat(settings) as chat:
            vault = Vault(KeyRing.from_settings(settings))
            parts = ProofParts(
                settings=settings,
                database=database,
                chat=chat,
                billing=Billing(database, vault, chat.stars, clock),
                clock=clock,
                person=person,
                wait=wait,
                say=say,
            )
            for name, step in STEPS.items():
                lines += await _taken(name, place, say, partial(_one, step, parts))
    finally:
        await database.close()
    return lines


async def _one(step: Step, parts: ProofParts) -> list[ProofLine]:
    return [await step(parts)]


async def _taken(
    name: str,
    place: ProvingPlace,
    say: Callable[[str], None],
    take: Callable[[], Awaitable[list[ProofLine]]],
) -> list[ProofLine]:
    """The lines of one step, whatever becomes of it."""
    try:
        lines = await take()
    except Skipped as why:
        lines = [ProofLine(name, "skipped", str(why))]
    except NotProven as why:
        lines = [ProofLine(name, "failed", str(why))]
    except TanyaError as error:
        seen = error.details.get("reason") or error.code
        lines = [ProofLine(name, "failed", f"refused or not reached ({seen})")]
    if not place.real:
        lines = [replace(one, state="played") if one.state == "proven" else one for one in lines]
    for one in lines:
        say(one.printed)
    return lines
