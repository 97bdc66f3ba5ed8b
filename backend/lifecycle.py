"""Starts, drains and stops the parts of a process."""

import asyncio

from backend import metrics, tasks
from backend.container import Container
from backend.generation import LOOK_SECONDS
from backend.i18n import languages, translator
from backend.metrics_export import keep_exporting


async def start_container(container: Container, *, jobs: bool) -> None:
    """Open what needs a running loop, take up stored work, and with `jobs` the periodic jobs."""
    nursery, clock = container.nursery, container.clock
    await container.models.start(nursery)
    container.database.keep_checkpointing(nursery)
    container.identity.keep_fresh(nursery, clock)
    container.switchboard.keep_fresh(nursery, lambda: _follow_switches(container))
    container.vault.keep_fresh(nursery, container.database, clock)
    async with container.database.unit_of_work() as db:
        await container.receipt_signer.publish(db)
        await container.certificate_signer.publish(db, clock())
    await container.generation.start()
    container.watch.start(nursery)
    keep_exporting(nursery, container.settings, clock, container.gauges.read)
    if container.emulator:
        await container.emulator.start()
    await container.bot.start()
    nursery.start_task(_read_catalogues(), name="catalogues")
    if jobs:
        _start_jobs(container)


async def start_worker(container: Container) -> None:
    """Open only what a process of periodic jobs needs, and start the jobs."""
    async with container.database.unit_of_work() as db:
        await container.certificate_signer.publish(db, container.clock())
    container.database.keep_checkpointing(container.nursery)
    container.vault.keep_fresh(container.nursery, container.database, container.clock)
    container.watch.start(container.nursery)
    keep_exporting(
        container.nursery, container.settings, container.clock, lambda: _read_disk(container)
    )
    _start_jobs(container)


async def drain_container(container: Container) -> None:
    """Take no new work and let what runs finish, for as long as the settings say."""
    container.readiness.draining = True
    await container.checks.drain()
    await container.generation.drain(container.settings.drain_seconds)
    if container.emulator:
        container.emulator.release()


async def stop_container(container: Container) -> None:
    """Close everything in reverse order."""
    await container.nursery.close()
    await container.bot.stop()
    if container.emulator:
        await container.emulator.stop()
    await container.models.close()
    await container.limiter.aclose()
    await container.vault.temporary.aclose()
    await container.database.close()


async def _read_disk(container: Container) -> None:
    """What a worker shows beside what it counts itself."""
    metrics.read_disk(container.settings.data_dir)


async def _read_catalogues() -> None:
    """Read Babel, every language's texts and its numbers in a thread: the first request in each
    would hold up the loop."""
    for language in languages():
        await asyncio.to_thread(lambda tag: translator(tag).number(1), language)


def _follow_switches(container: Container) -> None:
    container.models.switch_off(container.switchboard.models_off)
    container.features.switch_off(container.switchboard.features_off)


def _start_jobs(container: Container) -> None:
    parts = tasks.Parts(
        container.database,
        container.vault,
        container.clock,
        container.billing,
        container.notifier,
        container.bot.inbox,
        container.receipts,
        container.erasures,
        container.bot.erasure_chat,
        container.checks,
        container.schedule_runner,
        container.bot.reminder_sender,
        container.console.broadcast_sender,
    )
    jobs = tasks.all_jobs(parts)
    tasks.start_jobs(container.nursery, jobs, container.database, container.clock)
    container.nursery.repeat(container.hand_off.work, name="hand-off", every=LOOK_SECONDS)
