"""docs/models.md: what it names is there, and its example is a file that the server takes.

Exercises backend/llm/catalog/catalog.py and backend/llm/prompts/templates.py.
"""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from backend.llm.adapters.transcription import SERVICES
from backend.llm.catalog.catalog import Catalog
from backend.llm.catalog.catalog_file import price_class
from backend.llm.http.wire import PATIENT, Budgets
from backend.llm.prompts.templates import all_tasks, load_template
from backend.llm.router import PATIENCE, RETRIES
from backend.settings import Settings
from backend.web.openapi import codes

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")
CODE = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")
OPERATION = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/api/[\w/{}]+)`")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose head begins with this."""
    _, _, below = PAGE.partition(f"| {heading} |")
    lines = below.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_provider_is_listed() -> None:
    """In the catalog's order, each with its adapter and the setting that makes it active."""
    listed = [
        (cells[0].strip("`"), re.findall(r"`([A-Z_]+)", cells[1])[0], cells[2].strip("`"))
        for cells in rows("provider")
    ]
    providers = Catalog.load(Settings()).providers.values()
    switches = {"local": "LOCAL_MODEL_ENABLED", "simulation": "SIMULATED_PROVIDERS"}
    known = [(p.id, p.url or p.key or switches[p.id], p.adapter) for p in providers]
    assert sorted(listed) == sorted(known)


@pytest.mark.parametrize("cells", rows("provider"), ids=lambda cells: str(cells[0]))
def test_models_are_where_the_table_says(cells: list[str]) -> None:
    """In the file, or listed by the provider itself."""
    catalog = Catalog.load(Settings())
    name = cells[0].strip("`")
    in_file = any(model.provider == name for model in catalog.models)
    assert bool(catalog.providers[name].discover) is cells[3].startswith("listed")
    assert in_file is not cells[3].startswith(("listed", "none"))


def test_the_example_is_taken(tmp_path: Path) -> None:
    """Word for word, as MODELS_FILE; its model is then the default."""
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example
    key = tmp_path / "key"
    key.write_text("secret")
    file = tmp_path / "models.toml"
    file.write_text(example[1].replace("/run/secrets/models", str(key)))
    settings = replace(Settings(), models_file=str(file))
    model = Catalog.load(settings).active(settings).default
    assert (model.id, model.price_class) == ("mine", "low")


def test_every_task_is_listed() -> None:
    """With its options, in the order in which tasks are offered."""
    listed = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows("`task`")}
    assert list(listed) == [*(task.name for task in all_tasks()), "image"]
    for task in all_tasks():
        assert listed[task.name] == set(task.options)
        assert all(name in listed[task.name] for name in load_template(task.name).required)


def test_price_classes_end_where_the_table_says() -> None:
    """The highest price of each class is in it, and a little more is not."""
    limits = {row[0].strip("`"): re.search(r"\d+", row[1]) for row in rows("price class")}
    for name, limit in limits.items():
        if limit:
            assert price_class(Decimal(limit[0]), known=True) == name
            assert price_class(Decimal(limit[0]) + Decimal("0.01"), known=True) != name
    assert limits["high"] is None
    assert price_class(Decimal(1), known=False) == "high"


def test_codes_and_operations_are_there(openapi: dict[str, Any]) -> None:
    """Each error code that is named, and each endpoint with its method."""
    endings = ("_unknown", "_needed", "_reached", "_in_plan", "_available", "_search")
    named = {code for code in CODE.findall(PAGE) if code.endswith(endings)}
    assert len(named) > 8
    assert named <= set(codes())
    known = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, methods in openapi["paths"].items()
        for method in methods
    }
    operations = {(m, re.sub(r"\{\w+\}", "{}", path)) for m, path in OPERATION.findall(PAGE)}
    assert len(operations) > 6
    assert operations <= known


def test_figures_are_the_codes() -> None:
    """Budgets, retries and the assumed cost of a search."""
    plain, patient = Budgets(), PATIENT
    assert (
        f"{plain.connect:.0f} s to connect, {plain.first_event:.0f} s to the first event, "
        f"{plain.idle:.0f} s between parsed events, {plain.hard / 60:.0f} minutes in all"
    ) in PAGE
    assert (
        f"{patient.first_event:.0f} s, {patient.idle:.0f} s and {patient.hard / 60:.0f} minutes"
    ) in PAGE
    assert RETRIES == 2
    first, second, last = (service.name for service in SERVICES)
    assert f"the first of {first}, {second} and {last} whose key is set" in PAGE
    assert f"Retries (two, with jitter, honouring Retry-After up to {PATIENCE:.0f} s)" in PAGE


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    """The API's document."""
    from backend.app import openapi_json

    found: dict[str, Any] = json.loads(openapi_json(Settings()))
    return found
