"""`tanya regulator-bundle`: figures and declarations of a period, without anybody in it.

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


def made(settings: Settings, file: Path, since: str, until: str) -> Result:
    """What the command line does with these settings."""
    words = ["regulator-bundle", "--since", since, "--until", until, str(file)]
    return CliRunner().invoke(main, words, env=environment(settings))


def environment(settings: Settings) -> dict[str, str]:
    """The settings of the running application, as a command beside it gets them."""
    return {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "MASTER_KEY": settings.master_key,
        "BOT_TOKEN": settings.bot_token,
        "LOCAL_MODEL_ENABLED": "false",
        "TANYA_MODE": settings.mode,
    }


async def test_it_has_figures_and_nobody_in_it(app: Running, tmp_path: Path) -> None:
    """A sentence is planted in questions, titles, instructions and a request to support: it is in
    no file, and neither is anybody's id. What is there is declared, counted and hashed."""
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
    result = await asyncio.to_thread(made, *asked)
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


async def test_another_period_has_none_of_it(app: Running, tmp_path: Path) -> None:
    """Nor is a file that is there written over, or a period that ends before it begins taken."""
    await (await app.sign_in()).ask("Hello", modelId=SIMULATED)
    settings, file = app.container.settings, tmp_path / "old.zip"

    async def make(path: Path, since: str, until: str) -> Result:
        return await asyncio.to_thread(made, settings, path, since, until)

    assert (await make(file, "2001-01-01", "2002-01-01")).exit_code == 0
    with ZipFile(file) as archive:
        assert json.loads(archive.read("receipts.json")) == []
    assert "is there already" in (await make(file, "2001-01-01", "2002-01-01")).output
    assert "must be after" in (await make(tmp_path / "x", "2002-01-01", "2001-01-01")).output
