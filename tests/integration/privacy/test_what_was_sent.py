"""Receipts over HTTP: what they say, and the rebuilt body compared with what a provider
received.

Exercises backend/web/api/receipts.py.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend.errors import ReceiptsInvalid
from backend.privacy.receipts_verify import verify
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running
from tests.fixtures.generation import until


def received(app: Running) -> list[bytes]:
    """The bodies that arrived at the simulated providers' socket."""
    assert app.container.models.simulation is not None
    return [one.body for one in app.container.models.simulation.received if one.body]


async def receipts_of(client: Client, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The receipts of an answer."""
    status, shown = await client.call("GET", f"/api/messages/{found[0]['message']['id']}/receipts")
    assert status == 200
    return list(shown["items"])


async def body_of(client: Client, receipt: dict[str, Any]) -> bytes:
    """The rebuilt body of a receipt."""
    async with client.request("GET", f"/api/receipts/{receipt['id']}/body") as response:
        assert response.status == 200, await response.text()
        assert "attachment" in response.headers["content-disposition"]
        return bytes(await response.read())


async def test_a_receipt_matches_what_arrived(app: Running) -> None:
    """Over two turns, of which the second contains the first: hash, size and body are those of the
    bytes that arrived at the provider's socket."""
    ann, conversation = await app.sign_in(), uuid7()
    first = await ann.ask("Why is — the sky “blue”?", conversation=conversation, modelId=SIMULATED)
    again = await ann.ask(
        "hi", conversation=conversation, modelId=SIMULATED, parentId=first[0]["message"]["id"]
    )
    assert "Why is" in received(app)[-1].decode()
    for found in (first, again):
        (receipt,) = [one for one in await receipts_of(ann, found) if one["purpose"] == "send"]
        body = await body_of(ann, receipt)
        assert body in received(app)
        assert receipt["sha256"] == hashlib.sha256(body).hexdigest()
        assert receipt["bytes"] == len(body)
        assert receipt["outcome"] == "stop"
        assert receipt["endpoint"].startswith("http://127.0.0.1:")
        assert receipt["provider"] == "simulation"
        assert any(prompt.startswith("system@") for prompt in receipt["prompts"])
        assert found[0]["userMessage"]["id"] in receipt["messageIds"]


async def test_suggestions_have_receipts(app: Running) -> None:
    """They are listed with the answer's receipts."""
    ann = await app.sign_in()
    found = await ann.ask("Tell me about tea.", modelId=SIMULATED)
    await ann.call("GET", f"/api/messages/{found[0]['message']['id']}/suggestions")
    kinds = {one["purpose"]: one for one in await receipts_of(ann, found)}
    assert set(kinds) == {"send", "suggestions"}
    assert await body_of(ann, kinds["suggestions"]) == received(app)[-1]


async def test_a_deleted_conversation_cannot_be_rebuilt(app: Running) -> None:
    """Its receipt keeps hash and size, and says that the body cannot be rebuilt."""
    ann, conversation = await app.sign_in(), uuid7()
    found = await ann.ask("A secret plan", conversation=conversation, modelId=SIMULATED)
    (receipt,) = await receipts_of(ann, found)
    assert (await ann.call("DELETE", f"/api/conversations/{conversation}"))[0] == 204
    status, shown = await ann.call("GET", f"/api/receipts/{receipt['id']}")
    assert (status, shown["sha256"]) == (200, receipt["sha256"])
    status, problem = await ann.call("GET", f"/api/receipts/{receipt['id']}/body")
    assert (status, problem["code"]) == (410, "receipt_source_deleted")
    assert "Can’t be rebuilt" in problem["title"]


async def test_a_changed_message_cannot_be_rebuilt(app: Running) -> None:
    """The server never shows another body in place of the one that was sent."""
    ann, conversation = await app.sign_in(), uuid7()
    found = await ann.ask("One lump of sugar", conversation=conversation, modelId=SIMULATED)
    (receipt,) = await receipts_of(ann, found)
    await change_text(app, UUID(found[0]["userMessage"]["id"]), "Two lumps of sugar")
    status, problem = await ann.call("GET", f"/api/receipts/{receipt['id']}/body")
    assert (status, problem["code"]) == (410, "receipt_source_changed")


async def change_text(app: Running, message_id: UUID, text: str) -> None:
    """Change a stored message behind the application's back."""
    from backend.conversations import sealing
    from backend.conversations.tables import messages

    async with app.container.database.unit_of_work() as db:
        cipher = await app.container.vault.cipher(db, ANN)
        sealed = sealing.seal_text(cipher, message_id, text)
        await db.execute(messages.update().where(messages.c.id == message_id).values(text=sealed))


async def test_receipts_belong_to_their_owner(app: Running) -> None:
    """Another person's receipts are not found, like ones that do not exist."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    found = await ann.ask("Mine", modelId=SIMULATED)
    (receipt,) = await receipts_of(ann, found)
    for path, code in (
        (f"/api/messages/{found[0]['message']['id']}/receipts", "message_not_found"),
        (f"/api/receipts/{receipt['id']}", "receipt_not_found"),
        (f"/api/receipts/{receipt['id']}/body", "receipt_not_found"),
    ):
        status, problem = await eve.call("GET", path)
        assert (status, problem["code"]) == (404, code)


async def exported(client: Client) -> bytes:
    """The exported chain."""
    async with client.request("GET", "/api/receipts") as response:
        return bytes(await response.read())


async def test_the_chain_verifies_without_the_server(app: Running) -> None:
    """With the published key anybody can verify it; an empty chain is valid too."""
    ann = await app.sign_in()
    assert verify(await exported(ann)).count == 0
    for question in ("One", "Two", "Three"):
        await ann.ask(question, modelId=SIMULATED)
    status, published = await app.stranger.call("GET", "/.well-known/tanya-receipt-keys.json")
    assert status == 200
    (key,) = [one["publicKey"] for one in published["keys"] if one["current"]]
    found = verify(await exported(ann), [key])
    assert (found.count, found.known) == (3, True)


async def test_a_tampered_chain_is_detected(app: Running) -> None:
    """Changing, swapping, adding, removing and truncating receipts are all detected."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    for client in (ann, eve):
        for question in ("One", "Two", "Three"):
            await client.ask(question, modelId=SIMULATED)
    whole, others = await exported(ann), json.loads(await exported(eve))
    verify(whole)
    with pytest.raises(ReceiptsInvalid, match="cut off"):
        verify(whole[: len(whole) // 2])
    with pytest.raises(ReceiptsInvalid, match="another key"):
        verify(whole, ["AAAA"])
    for change in tamperings(others):
        chain = json.loads(whole)
        change(chain)
        with pytest.raises(ReceiptsInvalid):
            verify(json.dumps(chain).encode())


def tamperings(others: dict[str, Any]) -> list[Any]:
    """Ways to tamper with a chain of three; `others` is another person's chain."""

    def replaced(item: dict[str, str], name: str, old: str, new: str) -> None:
        assert old in item[name]
        item[name] = item[name].replace(old, new)

    return [
        lambda c: replaced(c["receipts"][1], "record", '"simulation"', '"xai"'),
        lambda c: replaced(c["receipts"][2], "record", "simulated-grok", "grok-5"),
        lambda c: replaced(c["receipts"][0], "outcome", '"stop"', '"failed"'),
        lambda c: c["receipts"].pop(),
        lambda c: c["receipts"].pop(0),
        lambda c: c["receipts"].reverse(),
        lambda c: c["receipts"].append(c["receipts"][2]),
        lambda c: c.update(receipts=others["receipts"]),
        lambda c: c["receipts"].__setitem__(1, others["receipts"][1]),
        lambda c: c.update(signed={**c["signed"], "publicKey": "A" * 43 + "="}),
        lambda c: replaced(c["signed"], "head", '"count":3', '"count":2'),
    ]


async def test_a_failed_attempt_has_a_receipt(app: Running) -> None:
    """Each attempt has one, with the error's code as its outcome."""
    ann = await app.sign_in()
    simulated = app.container.models.find(SIMULATED)
    assert simulated is not None
    app.container.models._models.put(replace(simulated, wire_name="fault:bad_request"))
    found = await ann.ask("Hello", modelId=SIMULATED)
    assert found[-1]["state"] == "failed"
    receipts = await receipts_of(ann, found)
    assert receipts[0]["outcome"] == found[-1]["errorCode"]
    assert await body_of(ann, receipts[0]) in received(app)


async def test_a_stopped_answer_has_a_receipt(app: Running) -> None:
    """The receipt is stored before the first byte is sent, and closed as stopped."""
    ann, conversation = await app.sign_in(), uuid7()
    body = {"id": str(uuid7()), "text": "Go on and on", "create": True, "modelId": SIMULATED}
    path = f"/api/conversations/{conversation}/messages"
    async with ann.request("POST", path, body) as response:
        start = json.loads((await response.content.readuntil(b"\n\n")).split(b"data: ")[1])
        await until(lambda: received(app))
        (receipt,) = await receipts_of(ann, [start])
        assert receipt["outcome"] is None
        assert (await ann.call("POST", f"/api/runs/{start['runId']}/stop"))[0] < 300
        await response.read()
    (receipt,) = await receipts_of(ann, [start])
    assert receipt["outcome"] == "stopped"
