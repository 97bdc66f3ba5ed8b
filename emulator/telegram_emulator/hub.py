"""Composes the emulator's parts for the handlers of methods and actions."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from telegram_emulator.business import Business
from telegram_emulator.changes import Changes
from telegram_emulator.chats import Chats
from telegram_emulator.clock import Clock
from telegram_emulator.config import Config
from telegram_emulator.drafts import Drafts
from telegram_emulator.faults import FaultBox
from telegram_emulator.files import Files
from telegram_emulator.groups import Groups
from telegram_emulator.mini_apps import MiniAppServers
from telegram_emulator.places import Places
from telegram_emulator.polling import Polling
from telegram_emulator.profile import Profile
from telegram_emulator.queries import Queries
from telegram_emulator.recorder import Recorder
from telegram_emulator.stars import Checkouts, Invoices, Ledger, Subscriptions
from telegram_emulator.store import Store
from telegram_emulator.traffic import Traffic
from telegram_emulator.updates import Updates
from telegram_emulator.webhook import Deliveries
from telegram_emulator.world import World


@dataclass(frozen=True)
class Hub:
    """The emulator's parts."""

    config: Config
    store: Store
    recorder: Recorder
    clock: Clock
    changes: Changes
    traffic: Traffic
    faults: FaultBox
    updates: Updates
    polling: Polling
    deliveries: Deliveries
    profile: Profile
    drafts: Drafts
    groups: Groups
    business: Business
    places: Places
    chats: Chats
    files: Files
    queries: Queries
    invoices: Invoices
    ledger: Ledger
    subscriptions: Subscriptions
    checkouts: Checkouts
    mini_apps: MiniAppServers

    @property
    def world(self) -> World:
        """The stored world."""
        return self.store.world


def later(seconds: float, action: Callable[[], None]) -> None:
    """Run `action` later, unless the server stops first."""
    asyncio.get_running_loop().call_later(seconds, action)


def build_hub(config: Config, real_clock: Callable[[], datetime]) -> Hub:
    """Load the world from the state directory and build the parts."""
    store = Store(config.state_dir)
    recorder = Recorder(config.record, store.world)
    changes = Changes(recorder.event)
    clock = Clock(store.world, real_clock)
    traffic = Traffic(clock, changes)
    faults = FaultBox(store.world, changes)
    updates = Updates(store, clock, faults, traffic)
    profile = Profile(store, changes, config)
    drafts = Drafts(clock, changes, later)
    groups = Groups(store, profile)
    business = Business(store, clock, updates, profile)
    places = Places(store.world, profile, groups, business)
    chats = Chats(store, clock, changes, updates, drafts, profile, places)
    invoices = Invoices(store)
    ledger = Ledger(store, clock, changes, chats, profile)
    subscriptions = Subscriptions(store, clock, chats, updates, profile, ledger)
    checkouts = Checkouts(store, changes, chats, updates, profile, invoices, ledger, subscriptions)
    return Hub(
        config=config,
        store=store,
        recorder=recorder,
        clock=clock,
        changes=changes,
        traffic=traffic,
        faults=faults,
        updates=updates,
        polling=Polling(store, updates, traffic),
        deliveries=Deliveries(store, clock, changes, traffic, faults, updates),
        profile=profile,
        drafts=drafts,
        groups=groups,
        business=business,
        places=places,
        chats=chats,
        files=Files(store),
        queries=Queries(changes, later, lambda: str(secrets.randbits(62))),
        invoices=invoices,
        ledger=ledger,
        subscriptions=subscriptions,
        checkouts=checkouts,
        mini_apps=MiniAppServers(config),
    )
