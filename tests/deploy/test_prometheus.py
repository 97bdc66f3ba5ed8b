"""The alert rules and the dashboard ask for what is really counted."""

import json
import re
from pathlib import Path

import yaml

from backend import errors
from backend.metrics import REGISTRY

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
RULES = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())


def expressions() -> list[str]:
    """Every query of both files."""
    asked = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [rule["expr"] for rule in RULES] + asked


def test_every_figure_that_is_asked_for_is_there() -> None:
    """A renamed metric would silence its alert without a word."""
    families = {family.name for family in REGISTRY.collect()}
    for expression in expressions():
        for name in re.findall(r"\btanya_\w+", expression):
            assert re.sub(r"_(total|bucket)$", "", name) in families, name


def test_codes_of_refusals_are_ours() -> None:
    """An alert on an error's code names one that there is."""
    codes = {one.code for one in vars(errors).values() if hasattr(one, "code")}
    for rule in RULES:
        assert set(re.findall(r'code="([\w.-]+)"', rule["expr"])) <= codes


def test_every_alert_says_what_to_do() -> None:
    """Whoever is woken reads the first step in the alert itself."""
    for rule in RULES:
        assert rule["annotations"]["action"].endswith(".")
