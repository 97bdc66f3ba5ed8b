"""The bill of materials names exactly what production installs and the Mini App is bundled from.

Exercises deploy/sbom.py.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.test_requirements import entries

ROOT = Path(__file__).parents[2]


def printed() -> str:
    """What the command prints."""
    command = [sys.executable, str(ROOT / "deploy" / "sbom.py")]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """The document."""
    found: dict[str, Any] = json.loads(printed())
    return found


def test_every_package_is_there_with_its_files(bill: dict[str, Any]) -> None:
    """Each of requirements.txt at its version with all its hashes, and no other."""
    packages = [one for one in bill["components"] if one["purl"].startswith("pkg:pypi/")]
    listed = {
        one["name"]: (
            one["version"],
            frozenset(f"sha256:{entry['value']}" for entry in one["properties"]),
        )
        for one in packages
    }
    assert listed == entries("requirements.txt")


def test_the_client_is_there_without_its_tools(bill: dict[str, Any]) -> None:
    """What is bundled, with its licence and hash; esbuild and TypeScript are not shipped."""
    bundled = {one["name"]: one for one in bill["components"] if "pkg:npm/" in one["purl"]}
    package = json.loads((ROOT / "webapp" / "package.json").read_text())
    assert set(package["dependencies"]) <= set(bundled)
    assert not set(package["devDependencies"]) & set(bundled)
    assert all(one["hashes"][0]["content"] and one["licenses"] for one in bundled.values())


def test_it_is_a_document_of_its_form_and_always_the_same(bill: dict[str, Any]) -> None:
    """Every reference is to a component, none is doubled, and nothing changes with time."""
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(refs) == len(set(refs))
    (root,) = bill["dependencies"]
    assert root["ref"] == bill["metadata"]["component"]["bom-ref"]
    assert root["dependsOn"] == refs
    assert json.loads(printed()) == bill
