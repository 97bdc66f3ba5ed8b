"""All parts of the emulator, joined: what method and action handlers are given."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from backend.emulator.changes import Changes
from backend.emulator.chats import Chats
from backend.emulator.clock import Clock
from backend.emulator.drafts import Drafts
from backend.emulator.faults import FaultBox
from backend.emulator.files import Files
from backend.emulator.polling import Polling
from backend.emulator.profile import Profile
from backend.emulator.queries import Queries
from backend.emulator.stars import Checkouts, Invoices, Ledger, Subscriptions
from backend.emulator.store import Store
from backend.emulator.traffic import Traffic
from backend.emulator.updates import Updates
from backend.emulator.webhook import Deliveries
from backend.emulator.world import World
from backend.settings import Settings

DEFAULT_USERNAME = "tanya_local_bot"


@dataclass(frozen=True)
class Hub:
    """The parts; each knows only those it needs."""

    settings: Settings
    store: Store
    clock: Clock
    changes: Changes
    traffic: Traffic
    faults: FaultBox
    updates: Updates
    polling: Polling
    deliveries: Deliveries
    profile: Profile
    drafts: Drafts
    chats: Chats
    files: Files
    queries: Queries
    invoices: Invoices
    ledger: Ledger
    subscriptions: Subscriptions
    checkouts: Checkouts

    @property
    def world(self) -> World:
        """The kept world."""
        return self.store.world


def later(seconds: float, action: Callable[[], None]) -> None:
    """Run `action` in a while, unless the server stops before."""
    asyncio.get_running_loop().call_later(seconds, action)


def build_hub(settings: Settings, real_clock: Callable[[], datetime]) -> Hub:
    """Open the world in the data directory and join its parts."""
    store = Store(settings.data_dir / "emulator")
    changes = Changes()
    clock = Clock(store.world, real_clock)
    traffic = Traffic(clock, changes)
    faults = FaultBox(store.world, changes)
    updates = Updates(store, clock, faults, traffic)
    username = settings.bot_username or DEFAULT_USERNAME
    profile = Profile(store, changes, settings.bot_id, username)
    drafts = Drafts(clock, changes, later)
    chats = Chats(store, clock, changes, updates, drafts, profile)
    invoices = Invoices(store)
    ledger = Ledger(store, clock, changes, chats, profile)
    subscriptions = Subscriptions(store, clock, chats, updates, profile, ledger)
    checkouts = Checkouts(store, changes, chats, updates, profile, invoices, ledger, subscriptions)
    return Hub(
        settings=settings,
        store=store,
        clock=clock,
        changes=changes,
        traffic=traffic,
        faults=faults,
        updates=updates,
        polling=Polling(store, updates, traffic),
        deliveries=Deliveries(store, clock, changes, traffic, faults, updates),
        profile=profile,
        drafts=drafts,
        chats=chats,
        files=Files(store),
        queries=Queries(changes, later, lambda: str(secrets.randbits(62))),
        invoices=invoices,
        ledger=ledger,
        subscriptions=subscriptions,
        checkouts=checkouts,
    )
