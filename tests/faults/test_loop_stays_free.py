"""Hostile answers, files, bodies and conversations through a real server process.

Each abuse ends, others are answered meanwhile, and the watchdog names no place of ours.
"""

import asyncio
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest

from backend.llm.simulation.mock_protocols import MockAnswer
from backend.llm.simulation.mock_provider import MockProvider
from backend.uuid7 import uuid7
from tests.faults.guests import Guest
from tests.fixtures.documents import archive, docx
from tests.fixtures.nasty import NASTY
from tests.fixtures.process import ServerProcess, server_process
from tests.fixtures.stalls import places_held_each_time
from tests.security.files.test_limits import heavy_pdf

MODELS = """
[[model]]
id = "hostile"
provider = "compatible"
wire_name = "hostile"
name = "Hostile"
context_tokens = 1000000
max_output_tokens = 100000
price_class = "free"
"""
ANSWER = 24_000
LONG = 3_000
"""Messages of a long conversation."""
AT_ONCE = 4
EVERY = 8
"""So many of the hostile texts are passed over; test_growth.py reads them all."""


def hostile(asked: dict[str, Any]) -> MockAnswer:
    """The text that the question names, in two pieces."""
    turns = json.dumps(asked["messages"][-1], ensure_ascii=False)
    name = next((name for number, name in enumerate(NASTY) if f"no. {number}." in turns), None)
    return MockAnswer("Yes. " + ("" if name is None else NASTY[name](ANSWER)))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A local instance whose one model says what is asked for."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, daemon=True).start()
    mock = asyncio.run_coroutine_threadsafe(MockProvider(answer=hostile).start(), loop).result()
    folder: Path = tmp_path_factory.mktemp("hostile")
    models = folder / "models.toml"
    models.write_text(MODELS)
    with server_process(folder, MODELS_FILE=str(models), COMPATIBLE_URL=mock.base_url) as running:
        guest = Guest(running.port, "First")
        guest.ask("Hello")
        guest.ask_in_chat("Hello")  # loads what is loaded once
        yield running
    asyncio.run_coroutine_threadsafe(mock.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)


def in_the_chat(server: ServerProcess) -> None:
    """Answers that are slow to read for a careless parser, drawn for the chat."""

    def ask(number: int) -> None:
        Guest(server.port, f"Guest{number}").ask_in_chat(f"Say no. {number}.")

    with ThreadPoolExecutor(AT_ONCE) as at_once:
        list(at_once.map(ask, range(0, len(NASTY), EVERY)))


def in_files(server: ServerProcess) -> None:
    """Files that are much larger or deeper than they look."""
    deep = "<w:tbl><w:tr><w:tc>" * 20_000
    files = {
        "bomb.pdf": heavy_pdf(),
        "deep.docx": docx("words", **{"word/footnotes.xml": deep}),
        "deeper.docx": archive({"[Content_Types].xml": "<Types/>", "word/document.xml": deep}),
        "zeroes.docx": docx("a" * 20_000_000),
        "divs.html": b"<div>" * 20_000 + b"words",
        "escapes.txt": b"\x1b[" + b"0" * 1_000_000 + b"\x1b]0;" * 100_000 + b" text",
        "letters.txt": "漢".encode("cp932") * 2_000_000,
        "nul.txt": b"a\0" * 2_000_000,
    }

    def hand_over(name: str) -> None:
        status, _ = Guest(server.port, name).hand_over("files", files[name], name)
        assert status in (201, 400, 413, 415, 422, 503)

    with ThreadPoolExecutor(AT_ONCE) as at_once:
        list(at_once.map(hand_over, files))


BODIES: Final = (
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b'{"text":"' + b"\\ud83d" * 40_000,
    b'{"text":' + b"9" * 200_000 + b"}",
    b'{"id":"' + b"a" * 200_000 + b'"}',
    b"{" + b",".join(b'"%d":0' % n for n in range(20_000)) + b"}",
)


def in_bodies(server: ServerProcess) -> None:
    """JSON that is deep, wide or long, at every kind of door."""
    guest = Guest(server.port, "Deep")
    chat = uuid7()
    for body in BODIES:
        for method, path in (
            ("POST", "session"),
            ("PATCH", "me"),
            ("POST", "conversations"),
            ("POST", f"conversations/{chat}/messages"),
        ):
            status, _ = guest.call(method, path, body)
            assert 400 <= status < 500


def in_long_conversations(server: ServerProcess) -> None:
    """A copy of thousands of messages, brought back, read, searched, asked on and taken out."""
    guest = Guest(server.port, "Long")
    conversation, leaf = uuid7(), uuid7()
    assert guest.hand_over("import", long_copy(str(conversation), str(leaf)), "c.zip")[0] == 200
    for _ in range(2):
        assert guest.call("GET", f"conversations/{conversation}")[0] == 200
        assert guest.call("GET", f"conversations/{conversation}/messages")[0] == 200
        assert guest.call("GET", "conversations?search=nowhere+to+be+found")[0] == 200
        guest.ask("And now?", str(conversation), parentId=str(leaf))
    assert len(guest.call("GET", "export")[1]) > 100_000


def long_copy(conversation: str, leaf: str) -> bytes:
    """A copy, as a person saves it, with one long conversation."""
    at = "2026-11-01T10:00:00Z"
    head = {"id": conversation, "title": "Long", "pinned": False, "leafId": leaf}
    times = {"createdAt": at, "updatedAt": at}
    told, parent = [], None
    for number in range(LONG):
        one = leaf if number == LONG - 1 else str(uuid7())
        message = {
            "id": one,
            "conversationId": conversation,
            "parentId": parent,
            "role": "assistant" if number % 2 else "user",
            "text": f"{number} words of a long talk. " * 40,
            "state": "complete",
        }
        told.append(json.dumps(message | times))
        parent = one
    parts = {
        "conversations.jsonl": json.dumps(head | times).encode(),
        "messages.jsonl": "\n".join(told).encode(),
    }
    listed = [
        {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
        for name, data in parts.items()
    ]
    manifest = {"format": "tanya-export", "version": 1, "part": 1, "last": True, "files": listed}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
        made.writestr("manifest.json", json.dumps(manifest))
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("abuse", [in_the_chat, in_files, in_bodies, in_long_conversations])
def test_nothing_holds_the_loop(
    server: ServerProcess, abuse: Callable[[ServerProcess], None]
) -> None:
    """Not in the same place each time; see tests/fixtures/stalls.py."""

    def play() -> list[str]:
        before = len(server.logged("loop_held"))
        abuse(server)
        return [json.loads(line)["stack"] for line in server.logged("loop_held")[before:]]

    assert places_held_each_time(play) == set()
    assert server.is_live()
