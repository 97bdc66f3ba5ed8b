"""Conversations whose words are only sent to models of this server."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp
import pytest
import sqlalchemy as sa

from backend.errors import ConversationStaysHere
from backend.generation.run.attempts import AttemptReceipts
from backend.llm import ChatRequest, PromptTurn, Sent, TextPart
from backend.llm.receipts import ReceiptEntry
from backend.llm.simulation.mock_provider import MockProvider
from backend.privacy.tables import receipts
from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, running
from tests.integration.web.test_consents import ABROAD, MODELS, chats

STAYS = (409, "conversation_stays_here")


@pytest.fixture
async def abroad() -> AsyncIterator[MockProvider]:
    """A remote provider."""
    provider = await MockProvider().start()
    yield provider
    await provider.close()


@pytest.fixture
async def app(settings: Settings, abroad: MockProvider) -> AsyncIterator[Running]:
    """The application with that provider beside the simulated ones."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(MODELS)
    async with running(settings, compatible_url=abroad.base_url, models_file=str(models)) as app:
        yield app


async def refused(client: Client, conversation: UUID, **more: Any) -> tuple[int, str]:
    """Status and code of a refused question."""
    body = {"id": str(uuid7()), "text": "Hello"} | more
    status, problem = await client.call("POST", f"/api/conversations/{conversation}/messages", body)
    return status, problem["code"]


async def test_nothing_is_sent_elsewhere_while_it_is_on(app: Running, abroad: MockProvider) -> None:
    """Even with consent the provider gets no answers, titles or suggestions to write; switched off,
    the same question is sent there."""
    ann, conversation = await app.sign_in(), uuid7()
    await ann.call("PUT", f"/api/consents/{ABROAD}")
    found = await ann.ask("Hello", conversation=conversation, serverOnly=True, modelId=SIMULATED)
    assert found[-1]["state"] == "complete"
    await ann.call("GET", f"/api/messages/{found[0]['message']['id']}/suggestions")
    assert await refused(ann, conversation, modelId="abroad") == STAYS
    status, problem = await ann.call(
        "POST",
        f"/api/messages/{found[0]['message']['id']}/regenerate",
        {"id": str(uuid7()), "modelId": "abroad"},
    )
    assert (status, problem["code"]) == STAYS
    path = f"/api/conversations/{conversation}"
    assert (await ann.call("GET", path))[1]["serverOnly"] is True
    assert chats(abroad) == 0
    _, changed = await ann.call("PATCH", path, {"serverOnly": False})
    assert changed["serverOnly"] is False
    again = await ann.ask("Hello", conversation=conversation, create=False, modelId="abroad")
    assert (again[-1]["state"], chats(abroad) > 0) == ("complete", True)


async def test_a_preferred_remote_model_is_replaced(app: Running, abroad: MockProvider) -> None:
    """A person whose chosen model is a provider's is answered by one of this server's models."""
    ann = await app.sign_in()
    await ann.call("PUT", f"/api/consents/{ABROAD}")
    await ann.call("PATCH", "/api/me", {"settings": {"modelId": "abroad"}})
    found = await ann.ask("Hello", serverOnly=True)
    assert found[-1]["state"] == "complete"
    assert chats(abroad) == 0


async def test_links_are_not_opened(app: Running, abroad: MockProvider) -> None:
    """Linked pages are not read, since that would tell their server of the conversation."""
    ann = await app.sign_in()
    link = f"{abroad.base_url}/page"
    found = await ann.ask(f"What says {link}", serverOnly=True, modelId=SIMULATED)
    assert found[-1]["state"] == "complete"
    assert not [one for one in found if one["type"] == "activity"]
    assert chats(abroad) == 0


async def test_the_router_refuses_such_requests(app: Running, abroad: MockProvider) -> None:
    """Even code that skips all other checks cannot send such a request: the router refuses it,
    without receipt or connection."""
    ann, conversation = await app.sign_in(), uuid7()
    await ann.ask("Hello", conversation=conversation, serverOnly=True, modelId=SIMULATED)
    container = app.container
    model = container.models.find("abroad")
    assert model is not None

    def describe(sent: Sent, request: ChatRequest) -> ReceiptEntry:
        return ReceiptEntry(
            user_id=ANN, purpose="send", sent=sent, sent_at=datetime.now(UTC),
            conversation_id=conversation,
        )  # fmt: skip

    recorder = AttemptReceipts(
        container.database, container.receipts, ANN, describe, recipes_later=True
    )
    request = ChatRequest(model, "", (PromptTurn("user", (TextPart("Hello"),)),))
    with pytest.raises(ConversationStaysHere):
        async for _ in container.models.router.stream(request, (model,), None, recorder):
            pass
    assert chats(abroad) == 0
    async with container.database.unit_of_work() as db:
        await recorder.close(db, "cut")
        providers = (await db.execute(sa.select(receipts.c.provider))).scalars().all()
    assert ABROAD not in providers


async def test_recordings_are_not_sent(app: Running) -> None:
    """A recording for such a conversation is refused with the reason."""
    ann = await app.sign_in()
    form = aiohttp.FormData()
    form.add_field("file", _wave(), filename="voice.wav", content_type="audio/wav")
    async with ann.request("POST", "/api/files?serverOnly=true", data=form) as response:
        assert (response.status, (await response.json())["code"]) == STAYS


async def test_only_its_owner_switches_it(app: Running) -> None:
    """For somebody else the conversation does not exist."""
    ann, eve, conversation = await app.sign_in(ANN), await app.sign_in(EVE), uuid7()
    await ann.ask("Hello", conversation=conversation, serverOnly=True, modelId=SIMULATED)
    path = f"/api/conversations/{conversation}"
    assert (await eve.call("PATCH", path, {"serverOnly": False}))[0] == 404
    assert (await ann.call("GET", path))[1]["serverOnly"] is True


def _wave() -> bytes:
    """A tenth of a second of silence."""
    data = bytes(1600)
    head = (
        b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    )
    form = b"\x01\x00\x01\x00" + (8000).to_bytes(4, "little") + (16000).to_bytes(4, "little")
    return head + form + b"\x02\x00\x10\x00data" + len(data).to_bytes(4, "little") + data
