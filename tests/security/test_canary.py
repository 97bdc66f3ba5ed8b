"""A known sentence is put into everything people write, and then searched for in all storage."""

import asyncio
import base64
import json
import logging
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import valkey
from msgspec.structs import replace

from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.fixtures.app import SIMULATED, Client, Running, running
from tests.fixtures.generation import until
from tests.fixtures.valkey import ValkeyServer, valkey_shared
from tests.integration.files.conftest import open_premium
from tests.integration.files.test_files_api import upload
from tests.integration.privacy.test_temporary import temporary_id

__all__ = ["valkey_shared"]

CANARY = "marmalade-zeppelin-cadenza-4711"
FORMS = (
    CANARY.encode(),
    CANARY.encode("utf-16-le"),
    base64.b64encode(CANARY.encode())[:-4],
    CANARY.upper().encode(),
)


@pytest.fixture
async def app(
    settings: Settings,
    valkey_shared: ValkeyServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Running]:
    """The application with a Valkey, and with temporary files where the test sees them."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    async with running(settings, valkey_url=valkey_shared.url) as app:
        yield app


async def exercise(app: Running, ann: Client) -> None:
    """Chats, titles, suggestions, files, instructions, search, checks, links, temporary chats,
    errors and faults, with the canary in all of them."""
    conversation = uuid7()
    await ann.call("PATCH", "/api/me", {"settings": {"customInstructions": f"Say {CANARY}."}})
    _, card = await upload(ann, f"Notes: {CANARY}".encode(), f"{CANARY}.txt", "text/plain")
    found = await ann.ask(
        f"What is a {CANARY}?", conversation=conversation, modelId=SIMULATED, files=[card["id"]]
    )
    assert found[-1]["state"] == "complete"
    answer = found[0]["message"]["id"]
    await ann.call("GET", f"/api/messages/{answer}/suggestions")
    await ann.call("PATCH", f"/api/conversations/{conversation}", {"title": f"My {CANARY}"})
    await ann.call("GET", "/api/conversations", params={"q": CANARY})
    await ann.call("GET", f"/api/messages/{answer}/receipts")
    async with ann.request("GET", "/api/export") as response:
        assert len(await response.read()) > 1_000
    await checks(app, ann, answer)
    await links(app, ann, conversation, answer)
    found = await ann.ask(f"Between us: {CANARY}", conversation=temporary_id(), modelId=SIMULATED)
    assert found[-1]["state"] == "complete"
    await bad_requests(ann)
    await faults(app, ann)


async def checks(app: Running, ann: Client, answer: str) -> None:
    """Check the claims of an answer and of a pasted text."""
    brought = {"text": f"The {CANARY} was built in 1907. It weighs 80 tonnes."}
    for what in ({"messageId": answer}, brought):
        status, check = await ann.call("POST", "/api/checks", {"id": str(uuid7())} | what)
        assert status == 200, check
        places = list(range(len(check["claims"])))
        path = f"/api/checks/{check['id']}/run"
        async with ann.request("POST", path, {"claims": places}) as response:
            await response.read()


async def links(app: Running, ann: Client, conversation: UUID, answer: str) -> None:
    """Share the conversation, read the public page, and continue a copy of it."""
    path = f"/api/conversations/{conversation}/shares"
    part = {"lastId": answer, "author": f"Ann {CANARY}"}
    _, seen = await ann.call("POST", f"{path}/preview", part)
    status, made = await ann.call("POST", path, part | {"sha256": seen["sha256"], "days": 7})
    assert status == 201, made
    async with app.http.get(made["url"]) as response:
        assert CANARY in await response.text()


async def bad_requests(ann: Client) -> None:
    """What is refused quotes nothing of what it refuses."""
    messages = f"/api/conversations/{uuid7()}/messages"
    await ann.call("POST", messages, {"id": CANARY, "text": CANARY, "create": True})
    await ann.call("POST", messages, {"text": CANARY, CANARY: 1})
    await ann.call("POST", messages, {"id": str(uuid7()), "text": CANARY * 20_000, "create": True})
    async with ann.request("POST", messages, data=f'{{"text": "{CANARY}') as response:
        assert response.status == 400


async def faults(app: Running, ann: Client) -> None:
    """Answers that fail in several ways, and one that is stopped."""
    simulated = app.container.models.find(SIMULATED)
    assert simulated is not None
    for fault in ("bad_request", "error_in_stream", "dies_halfway", "garbage", "html"):
        app.container.models._models.put(replace(simulated, wire_name=f"fault:{fault}"))
        await ann.ask(f"{CANARY} once more", modelId=SIMULATED)
    app.container.models._models.put(simulated)
    body = {"id": str(uuid7()), "text": CANARY, "create": True, "modelId": SIMULATED}
    async with ann.request("POST", f"/api/conversations/{uuid7()}/messages", body) as response:
        start = json.loads((await response.content.readuntil(b"\n\n")).split(b"data: ")[1])
        await ann.call("POST", f"/api/runs/{start['runId']}/stop")
        await response.read()


async def test_the_canary_is_nowhere(
    app: Running,
    valkey_shared: ValkeyServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Not in the database nor its log, not in Valkey, not in logs, not in temporary files; while
    it is there for the person, so that the search is not for something that was never kept."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("uvicorn.access").disabled = True  # the server has it off: `access_log`
    seen: list[bytes] = []
    watching = asyncio.create_task(watch_valkey(valkey_shared.url, seen))
    await until(lambda: seen)
    ann = await app.sign_in()
    await open_premium(app)
    await exercise(app, ann)
    await until(lambda: app.container.generation.running == 0)
    places = {
        str(path): path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()
    }
    watching.cancel()
    said = capfd.readouterr()
    places |= {
        "logs": (said.out + said.err + caplog.text).encode(),
        "valkey": dump(valkey_shared.url),
        "valkey traffic": b"".join(seen),
    }
    kept = [name for name in places if name.endswith((".db", ".db-wal"))]
    assert len(kept) >= 1
    assert len(places["valkey traffic"]) > 10_000
    assert len(places["logs"]) > 1_000
    ours = {name: data for name, data in places.items() if "emulator" not in name}
    found = [(name, form) for name, data in ours.items() for form in FORMS if form in data]
    assert found == []
    _, listed = await ann.call("GET", "/api/conversations")
    assert CANARY in json.dumps(listed)


async def watch_valkey(url: str, seen: list[bytes]) -> None:
    """Everything that is sent to Valkey, as its MONITOR command shows it."""
    from valkey.asyncio import Valkey

    client: Valkey = Valkey.from_url(url)
    async with client.monitor() as monitor:
        seen.append(b"monitoring")
        async for command in monitor.listen():
            seen.append(str(command["command"]).encode())  # noqa: PERF401 - read while it grows


def dump(url: str) -> bytes:
    """Every key of Valkey with its value."""
    client = valkey.Valkey.from_url(url)
    found = []
    for key in client.scan_iter():
        kind = client.type(key)
        value = client.xrange(key) if kind == b"stream" else client.dump(key)
        found.append(repr((key, value)).encode())
    client.close()  # type: ignore[no-untyped-call]
    return b"".join(found)
