"""What every handler may ask for by a parameter's name; app.py fills it once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from backend.billing.service import Billing
from backend.bot.chats import Chats
from backend.bot.views import Links
from backend.generation import Generation
from backend.nursery import Nursery
from backend.privacy import Consents
from backend.settings import Settings
from backend.sources import Sources


@dataclass(frozen=True, slots=True)
class BotContext:
    """The rooms' use cases and what the bot needs of the house."""

    settings: Settings
    links: Links
    generation: Generation
    consents: Consents
    billing: Billing
    sources: Sources
    chats: Chats
    nursery: Nursery
    clock: Callable[[], datetime]
    held: dict[int, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    """By person: the question that waits for their consent. A restart forgets it."""
