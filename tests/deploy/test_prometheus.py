"""The alert rules and the dashboard ask for what is really counted."""

import json
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import get_args

import yaml

from backend import errors, metrics, tasks
from backend.billing.people import Kind
from backend.console.alerts import Code
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
            assert re.sub(r"_(total|bucket|count)$", "", name) in families, name


def test_codes_of_refusals_are_ours() -> None:
    """An alert on an error's code names one that there is."""
    codes = {one.code for one in vars(errors).values() if hasattr(one, "code")}
    for rule in RULES:
        assert set(re.findall(r'code="([\w.-]+)"', rule["expr"])) <= codes


def test_what_operators_are_told_in_the_chat_has_a_rule_too() -> None:
    """Whichever of the two somebody watches, nothing on the list is missing there: a refused key,
    an open breaker, the cap, a mismatch, a dead worker, the disk, many refunds."""
    assert {rule["labels"]["code"] for rule in RULES if "code" in rule["labels"]} == set(
        get_args(Code)
    )


def test_kinds_and_jobs_in_the_rules_are_ours() -> None:
    """A kind of payment's event or a job that is called otherwise would never raise its alert."""
    jobs = set()
    for found in iter_modules(tasks.__path__):
        source = Path(str(import_module(f"backend.tasks.{found.name}").__file__)).read_text()
        jobs |= set(re.findall(r'PeriodicJob\(\s*"(\w+)"', source))
    for rule in RULES:
        kinds = re.findall(r'kind="(\w+)"', rule["expr"])
        assert set(kinds) <= set(get_args(Kind)), rule["alert"]
        assert set(re.findall(r'task="(\w+)"', rule["expr"])) <= jobs, rule["alert"]


def test_no_label_is_one_of_prometheus_own() -> None:
    """A metric's own `job` would become `exported_job` when it is scraped, and every query by it
    would find nothing."""
    metrics.JOB_RAN.labels("stars").set(0)
    metrics.JOB_SECONDS.labels("stars", "done").observe(0)
    for family in REGISTRY.collect():
        for sample in family.samples:
            assert not {"job", "instance"} & sample.labels.keys(), sample.name


def test_every_alert_says_what_to_do() -> None:
    """Whoever is woken reads the first step in the alert itself."""
    for rule in RULES:
        assert rule["annotations"]["action"].endswith(".")


def test_every_alert_has_its_cases() -> None:
    """alerts.test.yaml has a case for each in which it fires; that it is quiet otherwise is held by
    the same file, whose cases name all that fire."""
    cases = (FOLDER / "alerts.test.yaml").read_text()
    assert {rule["alert"] for rule in RULES} == set(re.findall(r'alertname="(\w+)"', cases))
