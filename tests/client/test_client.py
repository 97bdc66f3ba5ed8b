"""The client as a whole: its own tests, its types against the server, and what it weighs."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from litestar import Request

import hatch_build
from backend import __version__
from backend.app import openapi_json
from backend.conversations import MAX_TEXT
from backend.i18n import languages, translator
from backend.settings import Settings
from backend.web.assets import Assets
from backend.web.pages.render import Pages, boot_json, starters
from webapp.generate_types import SCHEMA_TS, generate

KILOBYTE = 1000
# What a phone on a slow network waits for: the first screen before and with the reader's texts, the
# first answer, and all that each opening loads; then with code, with formulas, and all there is
# (docs/decisions/0019-weight-of-the-client.md).
BUDGETS = {
    "first screen without texts": 28.5,
    "first screen": 30.0,
    "with Markdown": 50.0,
    "each opening": 99.0,
    "with code": 119.0,
    "with code and formulas": 159.0,
    "with few people's pages": 168.0,
}
FEW = {"console.js", "business.js"}
"""Loaded once one of these pages is opened, which most people never do."""

COMPRESS = """
const { brotliCompressSync } = require("node:zlib");
const { readFileSync } = require("node:fs");
const size = (path) => brotliCompressSync(readFileSync(path)).length;
console.log(JSON.stringify(process.argv.slice(1).map(size)));
"""


def brotli_sizes(paths: list[Path]) -> dict[str, float]:
    """Kilobytes of each file after brotli, by its name without the hash."""
    node, _, environment = hatch_build.find_node()
    command = [node, "-e", COMPRESS, *map(str, paths)]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    sizes = json.loads(answer.stdout)
    return {path.name: size / KILOBYTE for path, size in zip(paths, sizes, strict=True)}


def bundles(dist: Path) -> dict[str, str]:
    """The manifest's files; what else it lists has a name that no file has."""
    manifest = json.loads((dist / "manifest.json").read_text())
    return {logical: name for logical, name in manifest.items() if " " not in logical}


@pytest.fixture(scope="module")
def dist() -> Path:
    """The built client."""
    hatch_build.build_client()
    return hatch_build.DIST


def shell(assets: Assets, language: str) -> str:
    """The Mini App's page as the server sends it."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/app",
        "query_string": f"lang={language}".encode(),
        "headers": [],
        "state": {"nonce": "n" * 22},
    }
    pages = Pages(assets)
    boot = boot_json(translator(language), __version__, pages.first_texts)
    request: Request[Any, Any, Any] = Request(scope)  # type: ignore[arg-type]
    page = pages.render("app.html.j2", request, boot_json=boot, starters=starters(), questions=())
    return str(page.content)


def test_the_clients_own_tests_pass() -> None:
    """`npm test` in webapp/ passes under whichever Node there is."""
    assert hatch_build.main("test") == 0


@pytest.mark.slow
def test_long_answers_and_many_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the client's own tests see of 16,000 signs is so of 64,000 too, and what they see of
    some documents is so of five times as many (tests/client/runs.ts)."""
    monkeypatch.setenv("TANYA_TEST_LENGTHS", "full")
    laws = ("markdown/growth", "markdown/splitting", "markdown/security")
    assert hatch_build.main("test", *laws) == 0


def test_the_clients_types_are_what_the_server_says(settings: Settings) -> None:
    """The committed schema.ts is the one that the OpenAPI document gives."""
    wanted = generate(json.loads(openapi_json(settings)))
    assert SCHEMA_TS.read_text() == wanted, (
        "the API has changed: run `tanya openapi | python webapp/generate_types.py`"
    )


def test_the_composer_knows_how_long_a_question_may_be() -> None:
    """It refuses before sending exactly what the server would refuse."""
    source = (hatch_build.WEBAPP / "src/app/composer/composer-text.ts").read_text()
    assert f"export const MAX_TEXT = {MAX_TEXT:_};" in source


def test_the_client_stays_light(dist: Path, tmp_path: Path) -> None:
    """Brotli sizes of the first screen, of what shows an answer, and of all there is."""
    manifest = bundles(dist)
    page = tmp_path / "page.html"
    html = shell(Assets(dist), "en")
    page.write_text(html)
    bare = tmp_path / "bare.html"
    bare.write_text(re.sub(r'"messages":\{.*?\}', '"messages":{}', html, count=1))
    sizes = brotli_sizes([page, bare, *(dist / name for name in manifest.values())])
    weight = {logical: sizes[name] for logical, name in manifest.items()}
    weight = {k: v for k, v in weight.items() if not k.startswith("critical")}
    # A worker colours what stands on screen already; it and the other screens come last.
    workers = {"code-worker.js", "math-worker.js"}
    later = {"service-worker.js", "deferred.js", "deferred.css", "markdown.js"}
    first = sizes["page.html"] + sum(v for k, v in weight.items() if k not in later | workers | FEW)
    each = first + sum(weight[k] for k in later)
    with_code = each + weight["code-worker.js"]
    totals = {
        "first screen without texts": first - sizes["page.html"] + sizes["bare.html"],
        "first screen": first,
        "with Markdown": first + weight["markdown.js"],
        "each opening": each,
        "with code": with_code,
        "with code and formulas": with_code + weight["math-worker.js"],
        "with few people's pages": sizes["page.html"] + sum(weight.values()),
    }
    parts = ", ".join(f"{k} {v:.1f}" for k, v in {"page": sizes["page.html"], **weight}.items())
    for name, budget in BUDGETS.items():
        assert totals[name] <= budget, f"{name}: {totals[name]:.1f} kB > {budget} kB ({parts})"


def test_no_page_is_much_heavier_in_another_language(dist: Path, tmp_path: Path) -> None:
    """The texts that travel in the page stay small in every language there is."""
    pages = [tmp_path / f"{language}.html" for language in languages()]
    for path in pages:
        path.write_text(shell(Assets(dist), path.stem))
    sizes = brotli_sizes(pages)
    assert max(sizes.values()) <= 10, sizes


def test_every_bundle_is_compressed_and_named_by_its_content(dist: Path) -> None:
    """Each file of the manifest stands beside its .br, under a name that holds a hash."""
    manifest = bundles(dist)
    made = {"app.js", "app.css", "critical.css", "code-worker.js", "math-worker.js", *FEW}
    assert made <= manifest.keys()
    for logical, name in manifest.items():
        assert (dist / f"{name}.br").exists(), name
        assert name != logical


def test_no_pattern_looks_back_unguarded() -> None:
    """Safari before 16.4 cannot, and a module with such a pattern does not load there at all;
    `lookingBack` in the tokenizer tries first."""
    sources = (hatch_build.WEBAPP / "src").rglob("*.ts*")
    found = {one.name for one in sources if re.search(r"\(\?<[=!]", one.read_text("utf-8"))}
    assert found == {"tokenizer.ts"}


def test_the_lock_file_names_no_registry() -> None:
    """It must work behind any mirror, and gives none away."""
    lock = json.loads((hatch_build.WEBAPP / "package-lock.json").read_text())
    named = [name for name, package in lock["packages"].items() if "resolved" in package]
    assert not named
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_an_unchanged_client_is_not_built_again(dist: Path) -> None:
    """A second set-up costs nothing; nor does one after a file was only touched."""
    (hatch_build.WEBAPP / "build.mjs").touch()
    assert not hatch_build.build_client()


def test_the_client_builds_without_node_on_path(
    dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an empty HOME and an empty PATH the Node of the wheel serves; what only checks and tests
    need is not installed for it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns("node_modules", "dist")
    shutil.copytree(hatch_build.WEBAPP, copy / "webapp", ignore=ignored)
    for name, folder in (("ROOT", "."), ("WEBAPP", "webapp"), ("DIST", "webapp/dist")):
        monkeypatch.setattr(hatch_build, name, copy / folder)
    monkeypatch.setattr(hatch_build, "NODE_MODULES", copy / "webapp" / "node_modules")
    assert hatch_build.build_client()
    built, known = (
        (folder / "manifest.json").read_text() for folder in (copy / "webapp/dist", dist)
    )
    assert built == known
    assert not (hatch_build.NODE_MODULES / "axe-core").exists()
