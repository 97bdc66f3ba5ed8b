"""The files for Compose, systemd, Kubernetes and Procfiles name what there is."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from backend.cli import main
from backend.settings import Settings, variable

ROOT = Path(__file__).parents[2]
VARIABLES = {variable(name) for name in Settings.__struct_fields__}
# Compose's and PostgreSQL's own, and Python's.
FOREIGN = {
    "TANYA_DOMAIN", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD",
    "PATH", "PYTHONDONTWRITEBYTECODE",
}  # fmt: skip
MANIFESTS = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
DRAIN_SECONDS = Settings().drain_seconds


def documents() -> Iterator[tuple[str, Any]]:
    """Every YAML document, with its file's name."""
    for path in [ROOT / "compose.yaml", *MANIFESTS]:
        for document in yaml.safe_load_all(path.read_text()):
            yield path.name, document


def values_of(tree: Any, key: str) -> Iterator[Any]:
    """Every value that stands under a key, at any depth."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name == key:
                yield value
            yield from values_of(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from values_of(value, key)


def tanya_commands() -> Iterator[list[str]]:
    """Every `tanya …` that one of the files starts."""
    for _, document in documents():
        for command in values_of(document, "command"):
            if command[0] == "tanya":
                yield command
    for path in [*UNITS, ROOT / "Procfile", ROOT / "Dockerfile"]:
        for found in re.findall(r"(?:/|: )(tanya [a-z].*)", path.read_text()):
            if path.suffix == ".service" or path.name == "Procfile":
                yield shlex.split(found)


def test_commands_are_there() -> None:
    """Each process starts with a command and options that `tanya` has."""
    commands = list(tanya_commands())
    assert len(commands) >= 9
    for _, name, *options in commands:
        result = CliRunner().invoke(main, [name, "--help"], env={"TANYA_MODE": "local"})
        assert result.exit_code == 0, name
        assert all(option in result.output for option in options)


def test_settings_are_there() -> None:
    """No file sets a variable that nobody reads."""
    named: set[str] = set()
    for _, document in documents():
        for part in ("environment", "data"):
            for values in values_of(document, part):
                named |= set(values)
    for path in UNITS:
        for line in re.findall(r"^Environment=(.*)", path.read_text(), re.MULTILINE):
            named |= {word.split("=")[0] for word in line.split()}
    dockerfile = (ROOT / "Dockerfile").read_text().split("\nENV ")[1].split("\nUSER")[0]
    named |= set(re.findall(r"(\w+)=", dockerfile))
    assert named <= VARIABLES | FOREIGN, named - VARIABLES - FOREIGN


def test_every_process_may_drain() -> None:
    """Whatever stops a web process waits longer than its answers may take to finish."""
    web = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["web"]
    assert int(web["stop_grace_period"].removesuffix("s")) > DRAIN_SECONDS
    pod = next(yaml.safe_load_all((ROOT / "deploy/kubernetes/web.yaml").read_text()))
    grace = next(values_of(pod, "terminationGracePeriodSeconds"))
    pause = int(next(values_of(pod, "preStop"))["exec"]["command"][1])
    assert grace > DRAIN_SECONDS + pause
    unit = (ROOT / "deploy/systemd/tanya-web@.service").read_text()
    assert int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) > DRAIN_SECONDS


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_no_container_has_rights(path: Path) -> None:
    """Every pod runs as nobody in particular, and can write only where it keeps things."""
    for document in yaml.safe_load_all(path.read_text()):
        for pod in values_of(document, "template"):
            assert pod["spec"]["securityContext"]["runAsNonRoot"]
            for container in pod["spec"]["containers"]:
                context = container["securityContext"]
                assert context["readOnlyRootFilesystem"]
                assert not context["allowPrivilegeEscalation"]
