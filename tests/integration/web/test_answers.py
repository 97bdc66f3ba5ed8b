"""Asking over HTTP: the stream, resuming it, stopping, repeating, branches.

Exercises backend/web/api/runs.py.
"""

import asyncio
import json
from uuid import UUID

from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, SIMULATED, Client, Running, events, text_of

QUESTION = "What is a monsoon?"


async def begin(client: Client, conversation: UUID, key: UUID, text: str = QUESTION) -> UUID:
    """Ask, leave after the first event, and return the run."""
    body = {"id": str(key), "text": text, "create": True, "modelId": SIMULATED}
    path = f"/api/conversations/{conversation}/messages"
    async with client.request("POST", path, body) as response:
        assert response.status == 200, await response.text()
        await response.content.readuntil(b"id: 1\n")
        line = await response.content.readuntil(b"\n\n")
        return UUID(json.loads(line.removeprefix(b"data: "))["runId"])


async def follow(client: Client, run: UUID, after: int = 0) -> str:
    """The run's stream after an event, to its end."""
    headers = {"Last-Event-ID": str(after)}
    async with client.request("GET", f"/api/runs/{run}/events", headers=headers) as response:
        assert response.status == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        return str(await response.text())


async def first_words(client: Client, run: UUID) -> None:
    """Wait until some of the answer has arrived."""
    async with client.request("GET", f"/api/runs/{run}/events") as response:
        await response.content.readuntil(b'"type":"text"')


async def test_the_response_is_the_answer(app: Running) -> None:
    """The POST's response is the stream: start, model, text …, end; the answer is then stored."""
    ann = await app.sign_in()
    conversation = uuid7()
    found = await ann.ask(QUESTION, conversation=conversation, modelId=SIMULATED)
    assert [found[0]["type"], found[-1]["type"]] == ["start", "end"]
    assert found[-1]["state"] == "complete"
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    question, answer = tree["items"]
    assert (question["text"], answer["text"]) == (QUESTION, text_of(found))
    assert answer["parentId"] == question["id"]
    assert tree["leafId"] == answer["id"]
    assert "simulation" in answer["modelName"]


async def test_it_continues_without_its_reader_and_replays(app: Running) -> None:
    """A reader who leaves and returns gets every event once, from any number on."""
    ann = await app.sign_in()
    run = await begin(ann, uuid7(), uuid7())
    whole = await follow(ann, run)
    assert events(whole)[-1]["type"] == "end"
    assert await follow(ann, run) == whole
    frames = [frame for frame in whole.split("\n\n") if frame]
    for after in (1, len(frames) // 2, len(frames) - 1):
        rest = [frame for frame in (await follow(ann, run, after)).split("\n\n") if frame]
        assert rest == frames[after:]


async def test_a_repeat_joins_and_different_content_is_refused(app: Running) -> None:
    """The same key twice at once is one turn; with another text it is a conflict."""
    ann = await app.sign_in()
    conversation, key = uuid7(), uuid7()
    runs = await asyncio.gather(*(begin(ann, conversation, key) for _ in range(3)))
    assert len(set(runs)) == 1
    body = {"id": str(key), "text": "something else", "create": True}
    status, problem = await ann.call("POST", f"/api/conversations/{conversation}/messages", body)
    assert (status, problem["code"]) == (409, "idempotency_conflict")
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    assert len(tree["items"]) == 2


async def test_stop_keeps_the_text(app: Running) -> None:
    """Stop from another request ends the stream as `stopped`; the text so far stays."""
    ann = await app.sign_in()
    conversation = uuid7()
    run = await begin(ann, conversation, uuid7())
    await first_words(ann, run)
    assert (await ann.call("POST", f"/api/runs/{run}/stop"))[0] == 204
    found = events(await follow(ann, run))
    assert found[-1]["state"] == "stopped"
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    assert tree["items"][1]["state"] == "stopped"
    assert tree["items"][1]["text"] == text_of(found)


async def test_regenerate_makes_a_sibling_and_continue_extends(app: Running) -> None:
    """Another answer is stored beside the first; a stopped one is continued in place."""
    ann = await app.sign_in()
    conversation = uuid7()
    run = await begin(ann, conversation, uuid7())
    await first_words(ann, run)
    await ann.call("POST", f"/api/runs/{run}/stop")
    first = events(await follow(ann, run))[0]["message"]["id"]
    path = f"/api/messages/{first}"
    body = {"id": str(uuid7())}
    async with ann.request("POST", f"{path}/continue", body) as response:
        assert events(await response.text())[-1]["state"] == "complete"
    again = {"id": str(uuid7()), "modelId": SIMULATED}
    async with ann.request("POST", f"{path}/regenerate", again) as response:
        second = events(await response.text())[0]["message"]["id"]
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    parents = {item["id"]: item["parentId"] for item in tree["items"]}
    assert parents[first] == parents[second]
    assert tree["leafId"] == second
    status, problem = await ann.call("POST", f"{path}/continue", {"id": str(uuid7())})
    assert (status, problem["code"]) == (409, "answer_not_continuable")


async def test_an_interrupted_provider_leaves_its_text(app: Running) -> None:
    """A failure after the first word is `interrupted`, with the text kept."""
    ann = await app.sign_in()
    found = await ann.ask(QUESTION, modelId="simulated-interruption")
    assert found[-1]["state"] == "interrupted"
    assert text_of(found)
    assert found[-1]["errorTitle"]


async def test_the_quota_is_shown_and_used(app: Running) -> None:
    """Each answer uses one message of the day's allowance, as /api/me shows."""
    ann = await app.sign_in()
    _, before = await ann.call("GET", "/api/me")
    found = await ann.ask(QUESTION, modelId=SIMULATED)
    _, after = await ann.call("GET", "/api/me")
    assert after["quota"]["remaining"] == before["quota"]["remaining"] - 1
    assert found[-1]["remaining"] == after["quota"]["remaining"]


async def test_no_provider_learns_who_asks(app: Running) -> None:
    """No request to a provider contains the name, the username or the Telegram id."""
    ann = await app.sign_in()
    await ann.ask("a question about wires", modelId=SIMULATED)
    simulation = app.container.models.simulation
    assert simulation is not None
    assert simulation.received
    for request in simulation.received:
        wire = repr(request.headers).encode() + request.body
        for secret in (b"Zebedee", b"zeb_wire_test", str(ANN).encode()):
            assert secret not in wire
