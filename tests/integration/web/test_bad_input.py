"""Requests that cannot be answered: each has its own code and text, and uses no message.

Exercises backend/web/json_body.py.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.fixtures.app import SIMULATED, Client, Running, running, text_of

FAULTS = ("exhausted", "no_credit", "refused", "too_long", "unknown_model", "bad_key", "error_503")
MODEL = """
[[model]]
id = "{id}"
provider = "simulation"
wire_name = "{wire}"
name = "{id}"
context_tokens = {window}
max_output_tokens = 1000
price = {{ input = 0, output = 0 }}
price_class = "{price_class}"
simulated = true
"""


@pytest.fixture(scope="module")
def models_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model for every fault, one with a small window, and an expensive one."""
    entries = [(fault, f"fault:{fault}", 8000, "free") for fault in FAULTS]
    entries += [("narrow", "any", 600, "free"), ("dear", "any", 8000, "high")]
    names = ("id", "wire", "window", "price_class")
    path = tmp_path_factory.mktemp("models") / "models.toml"
    path.write_text("".join(MODEL.format(**dict(zip(names, e, strict=True))) for e in entries))
    return path


@pytest.fixture
async def app(settings: Settings, models_file: Path) -> AsyncIterator[Running]:
    """The application with these models."""
    async with running(settings, models_file=str(models_file)) as app:
        yield app


async def used(client: Client) -> int:
    """Used messages of the day."""
    return int((await client.call("GET", "/api/me"))[1]["quota"]["used"])


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"modelId": "no-such-model"}, 400, "model_unknown"),
        ({"modelId": "dear"}, 402, "model_not_in_plan"),
        ({"modelId": "narrow", "text": "word " * 1000}, 413, "prompt_too_long"),
        ({"modelId": SIMULATED, "text": "x" * 32_001}, 400, "message_too_long"),
        ({"modelId": SIMULATED, "text": " \n "}, 400, "invalid_field"),
    ],
)
async def test_refused_before_anything_is_written(
    app: Running, more: dict[str, Any], status: int, code: str
) -> None:
    """A problem with its own text; neither conversation nor quota changes."""
    ann = await app.sign_in()
    body = {"id": str(uuid7()), "text": "Hello", "create": True} | more
    got, problem = await ann.call("POST", f"/api/conversations/{uuid7()}/messages", body)
    assert (got, problem["code"]) == (status, code)
    assert problem["title"]
    assert "{" not in problem["title"] + problem["detail"]
    assert (await ann.call("GET", "/api/conversations"))[1]["items"] == []
    assert await used(ann) == 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("exhausted", "provider_exhausted"),
        ("no_credit", "provider_exhausted"),
        ("refused", "provider_refused"),
        ("too_long", "prompt_too_long"),
        ("unknown_model", "model_unknown"),
        ("bad_key", "provider_rejected_key"),
    ],
)
async def test_a_providers_refusal_costs_nothing(app: Running, fault: str, code: str) -> None:
    """The answer ends as failed with the code and its text; the reservation is returned."""
    ann = await app.sign_in()
    end = (await ann.ask("Hello", modelId=fault))[-1]
    assert (end["state"], end["errorCode"]) == ("failed", code)
    assert end["errorTitle"]
    assert "{" not in end["errorTitle"] + end.get("errorDetail", "")
    assert await used(ann) == 0
    # The plan's only place for a run is free again.
    assert (await ann.ask("Hello", modelId=SIMULATED))[-1]["state"] == "complete"
    assert await used(ann) == 1


async def test_a_refusal_in_the_answer_itself_costs_nothing(app: Running) -> None:
    """A model's own refusal is shown, and uses no message."""
    ann = await app.sign_in()
    found = await ann.ask("Hello", modelId="simulated-refusal")
    assert (found[-1]["state"], bool(text_of(found))) == ("complete", True)
    assert await used(ann) == 0
