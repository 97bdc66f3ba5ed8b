"""A person's export: complete, written in bounded memory, and importable.

Exercises backend/web/api/export.py, backend/privacy/archive/tokens.py,
backend/privacy/archive/exporter.py, backend/privacy/archive/schemas.py,
backend/privacy/archive/importer.py, backend/privacy/archive/markdown.py,
backend/privacy/archive/links.py, backend/privacy/archive/reading.py,
backend/privacy/archive/pieces.py, backend/privacy/receipts_export.py, backend/files/copies.py,
backend/web/closing_stream.py, backend/console/copies.py.
"""

import io
import json
import tracemalloc
from collections.abc import AsyncIterator
from operator import itemgetter
from typing import Any
from zipfile import ZipFile

import aiohttp
import jsonschema_rs
import pytest

from backend.db import Database, Vault
from backend.privacy.access_log import AccessLog
from backend.privacy.archive import Exporter
from backend.privacy.archive.zip_parts import ZipParts
from backend.uuid7 import uuid7
from telegram_emulator.actions import AdvanceClock
from telegram_emulator.testing import Phone
from tests.conftest import Clock
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running
from tests.fixtures.history import talked

TEXT = b"The quick brown fox, in a file of its own."


async def collect(slices: AsyncIterator[bytes]) -> bytes:
    """The bytes of a ZIP that is written in pieces."""
    return b"".join([data async for data in slices])


def json_lines(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in archive.read(name).splitlines()]


async def ask_with_a_file(ann: Client) -> dict[str, Any]:
    """Ask with a file attached; returns the question as the API shows it."""
    form = aiohttp.FormData()
    form.add_field("file", TEXT, filename="fox.txt", content_type="text/plain")
    async with ann.request("POST", "/api/files", data=form) as response:
        card = await response.json()
    found = await ann.ask("Read this", files=[card["id"]], modelId=SIMULATED)
    return dict(found[0])


async def download(app: Running, url: str) -> tuple[int, bytes]:
    """Download as a browser without a session does."""
    async with app.http.get(url) as response:
        return response.status, await response.read()


async def pass_time(app: Running, seconds: int) -> None:
    """Advance the clock."""
    assert app.container.emulator is not None
    phone = Phone(app.container.emulator, app.origin, app.http)
    await phone.act(AdvanceClock(seconds=seconds))


async def import_copy(client: Client, data: bytes) -> tuple[int, Any]:
    """Import an export."""
    form = aiohttp.FormData()
    form.add_field("file", data, filename="tanya.zip", content_type="application/zip")
    async with client.request("POST", "/api/import", data=form) as response:
        return response.status, await response.json(content_type=None)


async def test_the_export_is_complete_and_fits_its_schema(app: Running) -> None:
    """JSON that its own schema accepts, Markdown, the attachment, settings; the hashes are
    right."""
    ann = await app.sign_in()
    await ask_with_a_file(ann)
    async with ann.request("GET", "/api/export") as response:
        assert response.headers["content-type"] == "application/zip"
        assert "attachment" in response.headers["content-disposition"]
        archive = ZipFile(io.BytesIO(await response.read()))
    assert archive.testzip() is None
    schema = json.loads(archive.read("schema.json"))
    for name in ("conversations.jsonl", "messages.jsonl", "files.jsonl"):
        refs = {**schema["properties"][name], "$defs": schema["$defs"]}
        for line in json_lines(archive, name):
            jsonschema_rs.validate(refs, line)
    # They stand by their ids, whose order within a millisecond is anybody's.
    answer, question = sorted(json_lines(archive, "messages.jsonl"), key=itemgetter("role"))
    assert (question["text"], answer["role"]) == ("Read this", "assistant")
    (file,) = json_lines(archive, "files.jsonl")
    assert question["files"] == [file["id"]]
    assert archive.read(file["path"]) == TEXT
    (page,) = [name for name in archive.namelist() if name.startswith("read/")]
    assert "Read this" in archive.read(page).decode()
    account = json.loads(archive.read("account.json"))
    assert account["person"]["id"] == ANN
    manifest = json.loads(archive.read("manifest.json"))
    listed = {one["name"] for one in manifest["files"]}
    assert listed == set(archive.namelist()) - {"manifest.json"}


async def test_granted_access_and_opting_out_are_exported(app: Running) -> None:
    """Access that support was granted, and that the person wants no messages to many."""
    ann, container = await app.sign_in(), app.container
    conversation = str(uuid7())
    await ann.ask("Help me", conversation=conversation, modelId=SIMULATED)
    body = {"id": str(uuid7()), "conversationId": conversation, "hours": 24}
    status, look = await ann.call("POST", "/api/looks", body)
    assert status == 201
    await container.console.broadcasts.want(ANN, wanted=False)
    async with ann.request("GET", "/api/export") as response:
        archive = ZipFile(io.BytesIO(await response.read()))
    (granted,) = json.loads(archive.read("account.json"))["looks"]
    assert (granted["conversationId"], granted["id"]) == (conversation, body["id"])
    assert granted["until"] == look["until"]
    refused = json.loads(archive.read("broadcasts.json"))
    assert refused["refusedAt"]


async def test_a_link_works_once_and_expires(app: Running) -> None:
    """It needs no session. Used, invented and expired links are refused."""
    ann = await app.sign_in()
    await ann.ask("for the copy", modelId=SIMULATED)
    status, link = await ann.call("POST", "/api/export/links")
    assert status == 201
    assert (link["size"]["conversations"], link["size"]["messages"]) == (1, 2)
    status, data = await download(app, link["url"])
    assert status == 200
    assert "for the copy" in ZipFile(io.BytesIO(data)).read("messages.jsonl").decode()
    for url in (link["url"], f"{app.origin}/export/nonsense", link["url"][:-3] + "AAA"):
        status, problem = await download(app, url)
        assert (status, json.loads(problem)["code"]) == (404, "export_link_invalid")
        # In a browser this is a page.
        async with app.http.get(url, headers={"Accept": "text/html"}) as response:
            assert (response.status, response.content_type) == (404, "text/html")
            assert "This link is over" in await response.text()
    _, first = await ann.call("POST", "/api/export/links")
    _, second = await ann.call("POST", "/api/export/links")
    assert (await download(app, first["url"]))[0] == 404  # a newer link ends this one
    await pass_time(app, 16 * 60)
    assert (await download(app, second["url"]))[0] == 404


async def test_an_interrupted_download_can_be_repeated(app: Running) -> None:
    """Only a complete download uses up the link."""
    container = app.container
    await talked(container.database, container.vault, ANN, container.clock(), messages=4_000,
                 text="{number} " + "An uncommon word each: {number}. " * 20)  # fmt: skip
    ann = await app.sign_in()
    _, link = await ann.call("POST", "/api/export/links")
    async with app.http.get(link["url"]) as response:
        await response.content.readexactly(1000)
        response.close()
    status, data = await download(app, link["url"])
    assert status == 200
    assert len(json_lines(ZipFile(io.BytesIO(data)), "messages.jsonl")) == 4_000


async def test_an_export_is_imported_once(app: Running) -> None:
    """Into another account: conversation, branch and attachment; importing again changes
    nothing."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    start = await ask_with_a_file(ann)
    async with ann.request("GET", "/api/export") as response:
        data = await response.read()
    status, done = await import_copy(eve, data)
    assert (status, done) == (
        200, {"conversations": 1, "messages": 2, "files": 1, "filesLeftOut": 0}
    )  # fmt: skip
    path = f"/api/conversations/{start['conversationId']}/messages"
    hers, theirs = await eve.call("GET", path), await ann.call("GET", path)
    assert [m["text"] for m in hers[1]["items"]] == [m["text"] for m in theirs[1]["items"]]
    (card,) = hers[1]["items"][0]["attachments"]
    async with eve.request("GET", f"/api/files/{card['id']}") as response:
        assert await response.read() == TEXT
    _, again = await import_copy(eve, data)
    assert (again["conversations"], again["messages"]) == (0, 0)


def rewritten(data: bytes, name: str, change: Any, *, seal: bool = True) -> bytes:
    """The export with one file changed; with `seal` the manifest is adapted."""
    import hashlib

    source = ZipFile(io.BytesIO(data))
    contents = {one: source.read(one) for one in source.namelist()}
    contents[name] = change(contents[name])
    if seal and name != "manifest.json":
        manifest = json.loads(contents["manifest.json"])
        for one in manifest["files"]:
            if one["name"] == name:
                one["sha256"] = hashlib.sha256(contents[name]).hexdigest()
        contents["manifest.json"] = json.dumps(manifest).encode()
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for one, content in contents.items():
            archive.writestr(one, content)
    return out.getvalue()


def circular(content: bytes) -> bytes:
    """Make the first message an answer to the last."""
    found = [json.loads(line) for line in content.splitlines()]
    found[0]["parentId"] = found[-1]["id"]
    return b"".join(json.dumps(line).encode() + b"\n" for line in found)


async def test_bad_exports_are_refused_whole(app: Running) -> None:
    """Truncated, altered, foreign, circular, nonsense: each has its own code, and nothing is
    stored."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    await ask_with_a_file(ann)
    async with ann.request("GET", "/api/export") as response:
        good = await response.read()
    foreign = io.BytesIO()
    with ZipFile(foreign, "w") as archive:
        archive.writestr("holiday.txt", "sun")
    bad = {
        good[: len(good) // 2]: "import_damaged",
        b"not a zip": "import_damaged",
        foreign.getvalue(): "import_foreign",
        rewritten(good, "messages.jsonl", lambda c: c[:-20]): "import_damaged",
        rewritten(good, "messages.jsonl", lambda c: c + b" ", seal=False): "import_damaged",
        rewritten(good, "messages.jsonl", circular): "import_damaged",
        rewritten(good, "conversations.jsonl", lambda c: b""): "import_out_of_order",
        rewritten(good, "manifest.json", lambda c: b"[" * 100_000): "import_foreign",
    }
    for data, code in bad.items():
        status, problem = await import_copy(eve, data)
        assert (status, problem.get("code")) == (400, code)
        assert problem["detail"] != f"error.{code}.detail"
    assert (await eve.call("GET", "/api/conversations"))[1]["items"] == []


async def test_parts_are_separate_zips_under_the_limit(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """Each part opens by itself and says whether it is the last; together they are complete."""
    exporter = Exporter(database, vault, clock, AccessLog(vault, clock), [])
    await talked(database, vault, ANN, clock(), messages=3_000, conversations=7)
    parts: ZipParts = exporter.parts(ANN, "en", 150_000)
    texts, last = [], []
    while not parts.finished:
        data = await collect(parts.next_part())
        assert len(data) <= 150_000
        archive = ZipFile(io.BytesIO(data))
        last.append(json.loads(archive.read("manifest.json"))["last"])
        if "messages.jsonl" in archive.namelist():
            texts += [line["text"] for line in json_lines(archive, "messages.jsonl")]
    assert len(last) > 3
    assert last == [False] * (len(last) - 1) + [True]
    assert len(set(texts)) == 3_000


@pytest.mark.slow
async def test_memory_is_bounded_at_a_hundred_thousand_messages(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """Exporting 100,000 messages takes less than 100 MB of memory."""
    await measure(database, vault, clock, 100_000)


async def test_memory_does_not_grow_with_the_messages(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """A shorter form: 10,000 messages take less than 10 MB at a time."""
    assert await measure(database, vault, clock, 10_000) < 10_000_000


async def measure(database: Database, vault: Vault, clock: Clock, messages: int) -> int:
    """The highest memory use while exporting this many messages, in bytes."""
    text = "{number} " + "word " * 40
    await talked(database, vault, ANN, clock(), messages=messages, conversations=20, text=text)
    exporter = Exporter(database, vault, clock, AccessLog(vault, clock), [])
    tracemalloc.start()
    size = 0
    async for data in exporter.whole(ANN, "en"):
        size += len(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > messages * 20
    assert most < 100_000_000
    return most
