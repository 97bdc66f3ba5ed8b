"""/api/speech: transcription, its cost, consent, and recordings that are never sent.

Exercises backend/web/api/speech.py, backend/files/speech.py, backend/files/speech_calls.py.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
import sqlalchemy as sa

from backend.files.tables import files
from backend.llm.simulation.mock_provider import HEARD, MockProvider
from backend.metering.tables import provider_calls
from backend.privacy.tables import receipts
from backend.settings import Settings
from backend.uuid7 import uuid7
from backend.web.api.speech import MOST_MEGABYTES
from tests.fixtures.app import Client, Running, running
from tests.fixtures.documents import picture

OGG = b"OggS\0\x02" + b"\0" * 20 + b"\x01\x13OpusHead" + b"\0" * 99
LISTENS = "/v1/audio/transcriptions"


def hearing(folder: Path, provider: MockProvider) -> dict[str, Any]:
    """Settings under which Groq, which transcribes, is at this address."""
    folder.mkdir(parents=True, exist_ok=True)
    models = folder / "models.toml"
    models.write_text(f'[provider.groq]\nbase_url = "{provider.base_url}"\ndiscover = []\n')
    return {"models_file": str(models), "groq_api_key": "gsk-" + "a" * 20}


@pytest.fixture
async def groq() -> AsyncIterator[MockProvider]:
    """A provider that transcribes."""
    provider = await MockProvider().start()
    yield provider
    await provider.close()


@pytest.fixture
async def app(settings: Settings, groq: MockProvider) -> AsyncIterator[Running]:
    """The application with it."""
    async with running(settings, **hearing(settings.data_dir, groq)) as app:
        yield app


async def say(client: Client, data: bytes = OGG, query: str = "") -> tuple[int, Any]:
    """Send a recording."""
    form = aiohttp.FormData()
    form.add_field("file", data, filename="speech", content_type="audio/ogg")
    async with client.request("POST", f"/api/speech{query}", data=form) as response:
        return response.status, await response.json()


def heard(groq: MockProvider) -> int:
    """How many recordings the provider got."""
    return sum(request.path == LISTENS for request in groq.received)


async def test_the_transcript_is_returned_and_nothing_is_stored(
    app: Running, groq: MockProvider
) -> None:
    """With consent there are a receipt of its purpose and its cost; the recording is not stored."""
    ann = await app.sign_in()
    _, models = await ann.call("GET", "/api/models")
    assert models["speech"] is True
    status, problem = await say(ann)
    assert (status, problem["code"], problem["provider"]) == (403, "consent_needed", "groq")
    assert heard(groq) == 0
    await ann.call("PUT", "/api/consents/groq")
    assert await say(ann) == (200, {"text": HEARD})
    assert heard(groq) == 1
    async with app.container.database.snapshot() as db:
        (charge,) = (await db.execute(sa.select(provider_calls))).all()
        (receipt,) = (await db.execute(sa.select(receipts.c.purpose))).scalars()
        assert (await db.execute(sa.select(sa.func.count()).select_from(files))).scalar_one() == 0
    assert (charge.purpose, charge.state) == ("speech", "settled")
    assert charge.cost_micro_dollars > 0
    assert receipt == "speech"


async def test_server_only_recordings_are_not_sent(app: Running, groq: MockProvider) -> None:
    """Neither in a server-only conversation, whatever the client claims, nor at the beginning of
    one."""
    ann, conversation = await app.sign_in(), uuid7()
    await ann.call("PUT", "/api/consents/groq")
    await ann.ask("Hello", conversation=conversation, serverOnly=True)
    for query in (f"?conversationId={conversation}", "?serverOnly=true"):
        status, problem = await say(ann, query=query)
        assert (status, problem["code"]) == (409, "conversation_stays_here")
    assert heard(groq) == 0
    assert (await say(ann, query=f"?conversationId={UUID(int=1)}"))[0] == 200


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (picture(), "file_mismatch"),
        (b"OggS" + b"\0" * (MOST_MEGABYTES * 1_000_000), "file_too_large"),
    ],
)
async def test_invalid_recordings_are_refused(
    app: Running, groq: MockProvider, data: bytes, code: str
) -> None:
    """They are refused before a provider is called."""
    ann = await app.sign_in()
    await ann.call("PUT", "/api/consents/groq")
    assert (await say(ann, data))[1]["code"] == code
    assert heard(groq) == 0
    assert (await say(app.stranger))[0] == 401


async def test_without_a_transcriber(settings: Settings) -> None:
    """The app is told that there is none, and a recording is refused."""
    async with running(settings) as app:
        ann = await app.sign_in()
        assert (await ann.call("GET", "/api/models"))[1]["speech"] is False
        assert (await say(ann))[1]["code"] == "voice_not_available"
