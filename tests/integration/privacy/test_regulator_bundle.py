"""`tanya regulator-bundle`: figures and declarations of a period, without personal data.

Exercises backend/privacy/regulator_bundle.py.
"""

import asyncio
import hashlib
import io
import json
from pathlib import Path
from zipfile import ZipFile

from click.testing import CliRunner, Result

from backend.cli import main
from backend.privacy.data_map import declarations
from backend.settings import Settings
from tests.fixtures.app import ANN, EVE, SIMULATED, Running

CANARY = "marmalade-zeppelin-cadenza-4711"


def run_command(settings: Settings, file: Path, since: str, until: str) -> Result:
    """Run the command with these settings."""
    words = ["regulator-bundle", "--since", since, "--until", until, str(file)]
    return CliRunner().invoke(main, words, env=environment(settings))


def environment(settings: Settings) -> dict[str, str]:
    """The running application's settings as environment variables."""
    return {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "MASTER_KEY": settings.master_key,
        "BOT_TOKEN": settings.bot_token,
        "LOCAL_MODEL_ENABLED": "false",
        "TANYA_MODE": settings.mode,
    }


async def test_it_contains_figures_and_no_person(app: Running, tmp_path: Path) -> None:
    """A sentence is planted in questions, titles, instructions and a support request: no file
    contains it, nor anybody's id. Each file is declared, counted and hashed."""
    for person in (ANN, EVE):
        client = await app.sign_in(person)
        await client.ask(CANARY, modelId=SIMULATED)
        await client.call("PATCH", "/api/me", {"settings": {"customInstructions": CANARY}})
        await app.container.billing.ask_support(person, CANARY)
        async with client.request("GET", "/api/export") as response:
            await response.read()
    year = app.container.clock().year
    file = tmp_path / "bundle.zip"
    asked = (app.container.settings, file, f"{year}-01-01", f"{year + 1}-01-01")
    result = await asyncio.to_thread(run_command, *asked)
    assert result.exit_code == 0, result.output
    with ZipFile(io.BytesIO(file.read_bytes())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name, data in files.items():
        for secret in (CANARY, "zeppelin", str(ANN), str(EVE)):
            assert secret.encode() not in data, (name, secret)
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["sha256"] == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }
    kept = json.loads(files["record-of-processing.json"])
    assert set(kept["kept"]) == set(declarations())
    assert {"xai", "anthropic", "local"} <= {one["id"] for one in kept["receivers"]}
    answers = [one for one in json.loads(files["receipts.json"]) if one["purpose"] == "send"]
    assert [(one["provider"], one["attempts"]) for one in answers] == [("simulation", 2)]
    exports = {"action": "export", "actor": "person", "count": 2}
    assert exports in json.loads(files["access-log.json"])
    moderation = json.loads(files["moderation.json"])
    assert moderation == {"feedback": [], "reports": [], "refusals": [], "appeals": {}}
    assert {one["signs"] for one in json.loads(files["signing-keys.json"])} == {
        "receipts",
        "erasures",
    }


async def test_another_period_is_empty(app: Running, tmp_path: Path) -> None:
    """An existing file is not overwritten, and a period that ends before it begins is refused."""
    await (await app.sign_in()).ask("Hello", modelId=SIMULATED)
    settings, file = app.container.settings, tmp_path / "old.zip"

    async def make(path: Path, since: str, until: str) -> Result:
        return await asyncio.to_thread(run_command, settings, path, since, until)

    assert (await make(file, "2001-01-01", "2002-01-01")).exit_code == 0
    with ZipFile(file) as archive:
        assert json.loads(archive.read("receipts.json")) == []
    assert "is there already" in (await make(file, "2001-01-01", "2002-01-01")).output
    assert "must be after" in (await make(tmp_path / "x", "2002-01-01", "2001-01-01")).output
