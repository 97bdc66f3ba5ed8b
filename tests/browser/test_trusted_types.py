"""The Mini App under its own Content-Security-Policy: no text becomes markup or script."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

import hatch_build
from tests.browser.people import Telegram
from tests.browser.server import Server
from tests.browser.shop import open_settings

ATTACKS = "../tests/client/markdown/attacks.ts"

WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, sample }) =>
  violations.push(`${violatedDirective}: ${sample}`));
"""

REFUSED = """() => [
  () => { document.body.innerHTML = '<b>x</b>'; },
  () => { new Worker('/static/x.js'); },
  () => { trustedTypes.createPolicy('other', {}); },
].filter((sink) => {
  try { sink(); } catch (error) { return error instanceof TypeError; }
}).length"""

ATTACK = """async ([chunk, payloads]) => {
  const { MarkdownView } = await import(chunk);
  const box = document.body.appendChild(document.createElement("div"));
  for (const payload of payloads) {
    for (const pieces of [[payload], payload.split("")]) {
      const view = new MarkdownView(box);
      for (const piece of pieces) view.append(piece);
      view.finish();
    }
  }
  return payloads.length;
}"""

COLOUR = """async (chunk) => {
  const { MarkdownView } = await import(chunk);
  const box = document.body.appendChild(document.createElement("div"));
  box.id = "coloured";
  const view = new MarkdownView(box);
  view.update("```python\\nimport os\\n```\\n\\n$$x^2$$");
  view.finish();
}"""


@pytest.fixture(scope="module")
def payloads(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The corpus of attacks on the renderer."""
    out = tmp_path_factory.mktemp("attacks") / "attacks.mjs"
    assert hatch_build.run_node(
        "node_modules/esbuild/bin/esbuild", ATTACKS, "--bundle", "--format=esm", f"--outfile={out}"
    ) == 0  # fmt: skip
    printed = Path(out.parent / "corpus.json")
    program = (
        f"import({json.dumps(out.as_uri())}).then(({{ CORPUS }}) => "
        f"require('node:fs').writeFileSync({json.dumps(str(printed))}, JSON.stringify(CORPUS)))"
    )
    assert hatch_build.run_node("-e", program) == 0
    return json.loads(printed.read_text())


@pytest.fixture
def app_page(browser: Browser, server: Server) -> Iterator[Page]:
    """The app's page as the server sends it; violations of its policy are recorded."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{server.url}app")
    yield page
    context.close()


def chunk(name: str) -> str:
    """The address of a bundle."""
    manifest = json.loads((hatch_build.DIST / "manifest.json").read_text())
    return f"/static/{manifest[name]}"


def test_the_policy_refuses_markup_and_scripts_made_from_text(app_page: Page) -> None:
    """The other tests rely on this: the browser enforces Trusted Types on the page."""
    assert app_page.evaluate(REFUSED) == 3


def test_no_attack_violates_the_policy(app_page: Page, payloads: list[str]) -> None:
    """The renderer never passes text to anything that would parse it."""
    seen: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        seen.append(dialog.message)
        dialog.dismiss()

    app_page.on("dialog", dismiss)
    app_page.on("pageerror", lambda error: seen.append(str(error)))
    assert app_page.evaluate(ATTACK, [chunk("markdown.js"), payloads]) >= 200
    app_page.wait_for_timeout(300)
    assert seen == []
    assert app_page.evaluate("violations") == []


def test_the_worker_colours_code_and_sets_formulas(app_page: Page) -> None:
    """Its address is the only script address that the policy allows."""
    app_page.evaluate(COLOUR, chunk("markdown.js"))
    app_page.locator("#coloured code span").first.wait_for()
    app_page.locator("#coloured math").first.wait_for()
    assert app_page.evaluate("violations") == []


def test_the_whole_app_works_under_the_policy(telegram: Telegram) -> None:
    """Start, lazily loaded bundles, sheets and settings cause no violation."""
    telegram.page.add_init_script(WATCH)
    telegram.press_start()
    app = telegram.open_app()
    open_settings(app)
    assert app.evaluate("violations") == []
    assert telegram.page.evaluate("violations") == []
