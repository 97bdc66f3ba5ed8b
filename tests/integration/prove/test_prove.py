"""`tanya prove` against stand-ins: a production server over its webhook, the emulator in place of
Telegram, the simulation in place of xAI, and a person who does what is asked.

Exercises backend/prove/answers.py, chat.py, command.py, parts.py, report.py, run.py, stars.py
(backend.prove.answers, backend.prove.chat, backend.prove.command, backend.prove.parts,
backend.prove.report, backend.prove.run, backend.prove.stars) and backend/bot/ports/proving.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from msgspec import Struct

from backend.bot.setup import set_up
from backend.cli import main
from backend.llm.simulation.mock_provider import MockProvider
from backend.prove import Proof, ProofLine, prove, write_report
from backend.prove.place import provider_place
from backend.settings import Settings
from telegram_emulator.actions import (
    InvoiceOpened,
    Launch,
    Launched,
    OpenInvoice,
    PayInvoice,
    PressStart,
    TopUp,
)
from telegram_emulator.testing import ANN, Phone, served
from tests.fixtures.app import Running, running

SECRET_WORDS = ("Zebedee", str(ANN))


class Stage(Struct):
    """Server, stand-ins and the person who acts."""

    app: Running
    phone: Phone
    said: list[str]
    idle: bool = False

    async def prove(self, wait: float = 30) -> Proof:
        """Run the command while the person acts."""
        asked: asyncio.Queue[str] = asyncio.Queue()

        def say(line: str) -> None:
            self.said.append(line)
            if line.startswith("→") and not self.idle:
                asked.put_nowait(line)

        async def act() -> None:
            while True:
                await self._do(await asked.get())

        acting = asyncio.ensure_future(act())
        container = self.app.container
        try:
            return await prove(container.settings, ANN, say, container.clock, wait=wait)
        finally:
            acting.cancel()

    async def _do(self, asked: str) -> None:
        if "/start" in asked:
            await self.phone.act(PressStart(ANN))
        elif "Open the app" in asked:
            launched = await self.phone.act(Launch(ANN, "menu", "android", "9.5", {}))
            assert isinstance(launched, Launched)
            await self.app.stranger.call(
                "POST", "/api/session", {"initData": self.app.init_data(ANN)}
            )
        elif "Pay" in asked:
            await self.phone.act(TopUp(ANN, 5_000))
            opened = await self.phone.act(OpenInvoice(ANN, asked.split()[-1]))
            assert isinstance(opened, InvoiceOpened)
            await self.phone.act(PayInvoice(ANN, opened.sheet.slug, "pay"))


@asynccontextmanager
async def staged(settings: Settings, folder: Path, **changes: str) -> AsyncIterator[Stage]:
    """A server in production mode that gets updates by webhook."""
    provider = await MockProvider().start()
    models = folder / "models.toml"
    models.write_text(f'[provider.xai]\nbase_url = "{provider.base_url}"\n')
    async with served(folder / "telegram") as phone:
        here = {
            "mode": "production",
            "telegram_api_url": phone.origin + phone.emulator.config.api_path,
            "bot_token": phone.token,
            "xai_api_key": "key-of-a-test",
            "models_file": str(models),
        }
        async with running(settings, **(here | changes)) as app:
            bot = phone.bot()
            async for _ in set_up(bot, app.container.settings):
                pass
            await bot.session.close()
            yield Stage(app, phone, [])
    await provider.close()


def states(lines: list[ProofLine]) -> dict[str, str]:
    """Each step's state."""
    return {one.step: one.state for one in lines}


async def test_a_whole_run_against_stand_ins_is_labelled(
    settings: Settings, tmp_path: Path
) -> None:
    """Webhook, launch, drafts, a subscription with its refund, and an answer with search succeed.
    None is called proven, since neither Telegram nor xAI is real; the report is stored once and
    contains no names."""
    async with staged(settings, tmp_path) as stage:
        proof = await stage.prove()
        told = states(proof.lines)
        steps = ["bot", "webhook", "launch", "drafts", "subscription", "renewal", "refund"]
        steps += ["answer", "search", "retention"]
        assert told == dict.fromkeys(steps, "played"), stage.said
        assert proof.well
        assert "emulator" in proof.telegram
        assert "simulation" in proof.provider
        standing = await stage.app.container.billing.standing(ANN)
        assert standing.access.source is None
    path = tmp_path / "reports" / "one.json"
    write_report(proof, path)
    kept = path.read_text()
    assert msgspec.json.decode(kept, type=Proof) == proof
    assert not [word for word in (*SECRET_WORDS, settings.bot_token) if word in kept]
    assert len(json.loads(kept)["lines"]) == len(steps)
    with pytest.raises(FileExistsError):
        write_report(proof, path)


async def test_steps_without_a_persons_act_are_not_proven(
    settings: Settings, tmp_path: Path
) -> None:
    """Each step says what did not happen, and the later steps still run."""
    async with staged(settings, tmp_path) as stage:
        await stage.phone.act(PressStart(ANN))
        stage.idle = True
        proof = await stage.prove(wait=0.2)
        told = states(proof.lines)
        assert (told["webhook"], told["launch"]) == ("failed", "failed")
        assert (told["subscription"], told["renewal"], told["refund"]) == ("failed",) * 3
        assert told["answer"] == "played"
        assert not proof.well


async def test_a_refused_key_and_a_missing_one(settings: Settings, tmp_path: Path) -> None:
    """An unreachable provider fails the answer; without a key no request is made."""
    models = tmp_path / "other.toml"
    models.write_text('[provider.xai]\nbase_url = "http://127.0.0.1:9/v1"\n')
    async with staged(settings, tmp_path, models_file=str(models)) as stage:
        stage.idle = True
        proof = await stage.prove(wait=0.1)
        assert states(proof.lines)["answer"] == "failed"
    async with staged(settings, tmp_path, xai_api_key="") as stage:
        stage.idle = True
        proof = await stage.prove(wait=0.1)
        assert states(proof.lines)["answer"] == "skipped"


def test_only_the_real_provider_is_called_real(settings: Settings) -> None:
    """An address on this machine is a simulation, whatever its name."""
    from backend.features import Features
    from backend.llm import ModelRoom

    models = ModelRoom(settings, lambda: None, Features(settings))  # type: ignore[arg-type, return-value]
    grok = models.catalog.providers["xai"]
    assert provider_place(grok).real
    assert not provider_place(msgspec.structs.replace(grok, base_url="http://127.0.0.1:1/v1")).real


def test_a_person_is_required(tmp_path: Path) -> None:
    """Without a person and without ADMIN_IDS the command prints one line and does nothing."""
    environment = {"TANYA_MODE": "local", "DATA_DIR": str(tmp_path)}
    done = CliRunner().invoke(main, ["prove"], env=environment)
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "person" in done.stderr
