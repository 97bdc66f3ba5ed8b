"""Searching, tasks and personas over HTTP: what a provider is sent, what is returned, what is
refused.

Exercises backend/web/api/personas.py.
"""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from backend.llm.prompts import prompting
from backend.llm.prompts.personas import find
from backend.uuid7 import uuid7
from tests.fixtures.app import SIMULATED, Client, Running, events, text_of

QUESTION = "What is a monsoon?"
COMPLETED = ("activity", "completed")


async def premium(app: Running) -> Client:
    """A person whose plan includes search."""
    ann = await app.sign_in()
    status, _ = await ann.call("POST", "/api/subscription/trial")
    assert status == 200
    return ann


def asked(app: Running) -> dict[str, Any]:
    """The last question as the provider received it, titles aside."""
    assert app.container.models.simulation is not None
    bodies = [msgspec.json.decode(one.body) for one in app.container.models.simulation.received]
    found: dict[str, Any] = [body for body in bodies if body.get("instructions")][-1]
    return found


def said(app: Running) -> str:
    """The text of the last question."""
    content = asked(app)["input"][-1]["content"]
    return content if isinstance(content, str) else str(content[0]["text"])


async def refused(client: Client, **more: Any) -> tuple[int, str]:
    """The status and code of a refused question."""
    body = {"id": str(uuid7()), "text": QUESTION, "create": True, "modelId": SIMULATED} | more
    status, problem = await client.call("POST", f"/api/conversations/{uuid7()}/messages", body)
    assert problem["title"] != problem["code"]
    return status, problem["code"]


async def test_a_search_has_sources(app: Running) -> None:
    """The provider gets the search tools; activity and citations are streamed and stored."""
    ann = await premium(app)
    conversation = uuid7()
    found = await ann.ask(QUESTION, conversation=conversation, modelId=SIMULATED, search=True)
    assert found[-1]["state"] == "complete"
    assert {tool["type"] for tool in asked(app)["tools"]} == {"web_search", "x_search"}
    done = [(e["tool"], e["query"]) for e in found if (e["type"], e.get("state")) == COMPLETED]
    assert [tool for tool, _ in done] == ["web_search", "x_search"]
    assert all(query for _, query in done)
    cited = [event for event in found if event["type"] == "citation"]
    assert cited
    text = text_of(found)
    assert all(0 <= c["start"] < c["end"] <= len(text) for c in cited)
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    question, answer = tree["items"]
    assert question["searched"] is True
    assert [c["url"] for c in answer["citations"]] == [c["url"] for c in cited]


async def test_regenerating_searches_again(app: Running) -> None:
    """A question keeps its options: a second answer is requested in the same way."""
    ann = await premium(app)
    found = await ann.ask("Bonjour", modelId=SIMULATED, search=True, task="explain")
    first, words = found[0]["message"]["id"], said(app)
    async with ann.request(
        "POST", f"/api/messages/{first}/regenerate", {"id": str(uuid7())}
    ) as response:
        again = events(await response.text())
    assert again[-1]["state"] == "complete"
    assert "tools" in asked(app)
    assert said(app) == words


async def test_a_plan_without_searches_refuses_one(app: Running) -> None:
    """The refusal names the plan; nothing was stored, and no message was used."""
    ann = await app.sign_in()
    _, before = await ann.call("GET", "/api/me")
    assert await refused(ann, search=True) == (402, "search_not_in_plan")
    _, after = await ann.call("GET", "/api/me")
    assert after["quota"] == before["quota"]
    assert (await ann.call("GET", "/api/conversations"))[1]["items"] == []


async def test_a_model_without_search_is_not_asked(app: Running) -> None:
    """If it was chosen by name, it refuses; without a choice, a model with search answers."""
    ann = await premium(app)
    wanted = {"search": True, "modelId": "simulated-refusal"}
    assert await refused(ann, **wanted) == (422, "model_cannot_search")
    found = await ann.ask(QUESTION, search=True)
    model = next(event for event in found if event["type"] == "model")
    assert model["modelId"] == SIMULATED


@pytest.mark.parametrize(
    ("task", "options"),
    [
        ("translate", {"source": "English", "target": "French"}),
        ("rewrite_shorter", {}),
        ("reply_suggestions", {}),
    ],
)
async def test_a_task_uses_its_template(app: Running, task: str, options: dict[str, str]) -> None:
    """The provider gets the template's text; the conversation keeps the person's."""
    ann = await app.sign_in()
    conversation = uuid7()
    text = "Bring the *boat* home."
    await ann.ask(text, conversation=conversation, modelId=SIMULATED, task=task, options=options)
    assert said(app) == prompting.task(task, text, **options).text
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    assert (tree["items"][0]["text"], tree["items"][0]["task"]) == (text, task)


async def test_the_system_prompt_comes_from_the_templates(app: Running) -> None:
    """Version and text are the templates', followed by the person's instructions."""
    ann = await app.sign_in()
    await ann.call("PATCH", "/api/me", {"settings": {"customInstructions": "Call me Captain."}})
    await ann.ask(QUESTION, modelId=SIMULATED)
    model = app.container.models.find(SIMULATED)
    assert model is not None
    today = app.container.clock().date()
    system = prompting.system(model, today, instructions="Call me Captain.")
    assert asked(app)["instructions"] == system.text


async def personas(client: Client) -> list[str]:
    """The ids of the offered personas."""
    status, shown = await client.call("GET", "/api/personas")
    assert status == 200
    assert all(one["name"] and one["description"] for one in shown["items"])
    return [one["id"] for one in shown["items"]]


async def choose(client: Client, persona: str | None) -> Any:
    """The settings after choosing a persona, or the problem."""
    _, told = await client.call("PATCH", "/api/me", {"settings": {"personaId": persona}})
    return told.get("settings", told)


async def test_the_chosen_persona_answers(app: Running) -> None:
    """From the next question on, also when regenerating; before that it is Tanya herself."""
    ann = await app.sign_in()
    offered = await personas(ann)
    _, me = await ann.call("GET", "/api/me")
    assert me["settings"]["personaId"] == offered[0]
    assert (await choose(ann, "teacher"))["personaId"] == "teacher"
    found = await ann.ask(QUESTION, modelId=SIMULATED)
    assert find("teacher").manner in asked(app)["instructions"]
    await choose(ann, "critic")
    path = f"/api/messages/{found[0]['message']['id']}/regenerate"
    async with ann.request("POST", path, {"id": str(uuid7()), "modelId": SIMULATED}) as response:
        assert events(await response.text())[-1]["state"] == "complete"
    assert find("critic").manner in asked(app)["instructions"]
    assert (await choose(ann, None))["personaId"] == offered[0]
    await ann.ask(QUESTION, modelId=SIMULATED)
    assert find("critic").manner not in asked(app)["instructions"]


@pytest.mark.parametrize(
    ("task", "options", "shapes"),
    [("explain", {}, True), ("summarise", {}, False), ("translate", {"target": "French"}, False)],
)
async def test_personas_do_not_apply_to_tasks(
    app: Running, task: str, options: dict[str, str], shapes: bool
) -> None:
    """Tasks with one right form of answer use no persona; the person's instructions apply."""
    ann = await app.sign_in()
    settings = {"personaId": "teacher", "customInstructions": "Call me Captain."}
    await ann.call("PATCH", "/api/me", {"settings": settings})
    await ann.ask("Bonjour", modelId=SIMULATED, task=task, options=options)
    instructions = asked(app)["instructions"]
    assert (find("teacher").manner in instructions) is shapes
    assert "Call me Captain." in instructions


async def test_suggestions_use_no_persona(app: Running) -> None:
    """They are the person's own next questions."""
    ann = await app.sign_in()
    await choose(ann, "teacher")
    found = await ann.ask(QUESTION, modelId=SIMULATED)
    await ann.call("GET", f"/api/messages/{found[0]['message']['id']}/suggestions")
    assert app.container.models.simulation is not None
    bodies = [one.body for one in app.container.models.simulation.received]
    suggesting = [body for body in bodies if b"Suggest three different" in body]
    assert suggesting
    assert find("teacher").manner.encode() not in suggesting[0]


@pytest.mark.parametrize("persona", ["pirate", "Teacher", " "])
async def test_an_unknown_persona_is_refused(app: Running, persona: str) -> None:
    """The refusal has its own code; the earlier choice stays, and nothing else changes."""
    ann = await app.sign_in()
    await choose(ann, "editor")
    change = {"settings": {"personaId": persona, "handOff": False}}
    status, problem = await ann.call("PATCH", "/api/me", change)
    assert (status, problem["code"]) == (400, "persona_unknown")
    assert "persona" in problem["title"]
    _, me = await ann.call("GET", "/api/me")
    assert (me["settings"]["personaId"], me["settings"]["handOff"]) == ("editor", True)


@pytest.mark.parametrize(
    "more",
    [
        {"task": "sing"},
        {"task": "translate"},
        {"task": "write", "options": {"target": "French"}},
        {"options": {"target": "French"}},
    ],
)
async def test_unknown_tasks_and_options_are_refused(app: Running, more: dict[str, Any]) -> None:
    """An unknown task, a task without its required options, and options of another task."""
    assert await refused(await app.sign_in(), **more) == (400, "task_unknown")


async def test_the_task_is_part_of_the_request(app: Running) -> None:
    """The same key with another task is a conflict."""
    ann = await app.sign_in()
    key, conversation = uuid7(), uuid7()
    await ann.ask(QUESTION, conversation=conversation, id=str(key), modelId=SIMULATED)
    assert await conflict(ann, conversation, key) == "idempotency_conflict"


async def conflict(ann: Client, conversation: UUID, key: UUID) -> str:
    """The code of the same request with a task."""
    body = {"id": str(key), "text": QUESTION, "create": True, "modelId": SIMULATED}
    path = f"/api/conversations/{conversation}/messages"
    _, problem = await ann.call("POST", path, body | {"task": "explain"})
    return str(problem["code"])
