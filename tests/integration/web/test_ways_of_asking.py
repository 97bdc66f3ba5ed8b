"""Searching and tasks over HTTP: what a provider is asked, what comes back, what is refused.

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
    """Somebody who may search."""
    ann = await app.sign_in()
    status, _ = await ann.call("POST", "/api/subscription/trial")
    assert status == 200
    return ann


def asked(app: Running) -> dict[str, Any]:
    """The last question, as the provider received it; the title's is none."""
    assert app.container.models.simulation is not None
    bodies = [msgspec.json.decode(one.body) for one in app.container.models.simulation.received]
    found: dict[str, Any] = [body for body in bodies if body.get("instructions")][-1]
    return found


def said(app: Running) -> str:
    """The last question's own words."""
    content = asked(app)["input"][-1]["content"]
    return content if isinstance(content, str) else str(content[0]["text"])


async def refused(client: Client, **more: Any) -> tuple[int, str]:
    """The status and code of a question that is not taken."""
    body = {"id": str(uuid7()), "text": QUESTION, "create": True, "modelId": SIMULATED} | more
    status, problem = await client.call("POST", f"/api/conversations/{uuid7()}/messages", body)
    assert problem["title"] != problem["code"]
    return status, problem["code"]


async def test_a_search_brings_its_sources(app: Running) -> None:
    """The provider gets the search tools; activity and citations arrive, and are stored."""
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


async def test_another_answer_searches_again(app: Running) -> None:
    """How a question was asked belongs to it: a second answer is asked for in the same way."""
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
    """It is a matter of the plan, told so; nothing was written, no message of the day taken."""
    ann = await app.sign_in()
    _, before = await ann.call("GET", "/api/me")
    assert await refused(ann, search=True) == (402, "search_not_in_plan")
    _, after = await ann.call("GET", "/api/me")
    assert after["quota"] == before["quota"]
    assert (await ann.call("GET", "/api/conversations"))[1]["items"] == []


async def test_a_model_that_cannot_search_is_not_asked_to(app: Running) -> None:
    """One chosen by name is refused by name; without a choice, one that can is found."""
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
async def test_a_task_is_worded_by_its_template(
    app: Running, task: str, options: dict[str, str]
) -> None:
    """The provider gets the template's words; the conversation keeps the person's own."""
    ann = await app.sign_in()
    conversation = uuid7()
    text = "Bring the *boat* home."
    await ann.ask(text, conversation=conversation, modelId=SIMULATED, task=task, options=options)
    assert said(app) == prompting.task(task, text, **options).text
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    assert (tree["items"][0]["text"], tree["items"][0]["task"]) == (text, task)


async def test_the_system_prompt_is_the_folders_own(app: Running) -> None:
    """Version and wording come from the templates, with the person's instructions."""
    ann = await app.sign_in()
    await ann.call("PATCH", "/api/me", {"settings": {"customInstructions": "Call me Captain."}})
    await ann.ask(QUESTION, modelId=SIMULATED)
    model = app.container.models.find(SIMULATED)
    assert model is not None
    today = app.container.clock().date()
    system = prompting.system(model, today, instructions="Call me Captain.")
    assert asked(app)["instructions"] == system.text


async def personas(client: Client) -> list[str]:
    """The ids that are offered."""
    status, shown = await client.call("GET", "/api/personas")
    assert status == 200
    assert all(one["name"] and one["description"] for one in shown["items"])
    return [one["id"] for one in shown["items"]]


async def choose(client: Client, persona: str | None) -> Any:
    """The settings after choosing a persona, or the problem."""
    _, told = await client.call("PATCH", "/api/me", {"settings": {"personaId": persona}})
    return told.get("settings", told)


async def test_the_chosen_persona_answers(app: Running) -> None:
    """From the next question on, with another answer too; until then it is Tanya herself."""
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
async def test_a_persona_spoils_no_task(
    app: Running, task: str, options: dict[str, str], shapes: bool
) -> None:
    """What has one right form is made by Tanya alone; the person's instructions hold for it."""
    ann = await app.sign_in()
    settings = {"personaId": "teacher", "customInstructions": "Call me Captain."}
    await ann.call("PATCH", "/api/me", {"settings": settings})
    await ann.ask("Bonjour", modelId=SIMULATED, task=task, options=options)
    instructions = asked(app)["instructions"]
    assert (find("teacher").manner in instructions) is shapes
    assert "Call me Captain." in instructions


async def test_suggested_questions_know_no_persona(app: Running) -> None:
    """They are the person's own next words, asked for by Tanya."""
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
    """By its own code, in words; what was chosen stays, and nothing else is changed."""
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
    """A task that there is not, one without what it needs, and options that are not its own."""
    assert await refused(await app.sign_in(), **more) == (400, "task_unknown")


async def test_a_task_is_part_of_what_was_asked(app: Running) -> None:
    """The same key with another task is another request: a conflict."""
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
