"""Prints what a production installation consists of, as a CycloneDX 1.6 document.

    python deploy/sbom.py > sbom.json

Python packages come from requirements.txt, each with the hashes of all its files; the Mini App's
from webapp/package-lock.json. The same files give the same document, byte for byte.
"""

import base64
import json
import re
import tomllib
import uuid
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
PINNED: Final = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^ ;\\]+)", re.MULTILINE)
NAMESPACE: Final = uuid.UUID("2f6f1f2e-0d5c-5b0a-9b0f-6f1c1f7b6a11")


def python_components(requirements: str) -> list[dict[str, Any]]:
    """The packages of a requirements file with hashes."""
    found = []
    for part in re.split(r"\n(?=[\w.-]+)", requirements):
        if match := PINNED.match(part):
            name, version = re.sub(r"[-_.]+", "-", match[1]).lower(), match[2]
            purl = f"pkg:pypi/{name}@{version}"
            files = sorted(re.findall(r"--hash=sha256:(\w+)", part))
            properties = [{"name": "lock:file:sha256", "value": one} for one in files]
            found.append(_component(name, version, purl) | {"properties": properties})
    return found


def client_components(package: dict[str, Any], lock: dict[str, Any]) -> list[dict[str, Any]]:
    """What is bundled into the Mini App, with what that needs; not what builds or tests it."""
    waiting, found = list(package["dependencies"]), dict[str, dict[str, Any]]()
    while waiting:
        name = waiting.pop()
        entry = lock["packages"].get(f"node_modules/{name}")
        if entry is None or name in found:
            continue
        purl = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
        component = _component(name, entry["version"], purl)
        algorithm, _, digest = entry.get("integrity", "").partition("-")
        if algorithm == "sha512":
            content = base64.b64decode(digest).hex()
            component["hashes"] = [{"alg": "SHA-512", "content": content}]
        if license_ := entry.get("license"):
            component["licenses"] = [{"expression": license_}]
        found[name] = component
        waiting += entry.get("dependencies", {})
    return [found[name] for name in sorted(found)]


def document() -> dict[str, Any]:
    """All of it."""
    version = re.search(r'__version__ = "([^"]+)"', (ROOT / "backend/__init__.py").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert version is not None
    package, lock = (
        json.loads((ROOT / "webapp" / name).read_text())
        for name in ("package.json", "package-lock.json")
    )
    components = [
        *python_components((ROOT / "requirements.txt").read_text()),
        *client_components(package, lock),
    ]
    serial = uuid.uuid5(NAMESPACE, json.dumps([version[1], components], sort_keys=True))
    tanya = _component(project["name"], version[1], f"pkg:pypi/tanya@{version[1]}")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": tanya
            | {"type": "application", "licenses": [{"expression": project["license"]}]}
        },
        "components": components,
        "dependencies": [
            {"ref": tanya["bom-ref"], "dependsOn": [one["bom-ref"] for one in components]}
        ],
    }


def _component(name: str, version: str, purl: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))
