"""Mini Apps from another origin: Telegram's own script, `@tma.js/sdk` and `@telegram-apps/sdk`,
served by Vite's development server."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, expect

from hatch_build import find_node, install_packages
from tests.browser.conftest import Visitor

SOURCES = Path(__file__).parent / "mini_app"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the app's project, which a test may edit; packages are those of the lock file."""
    install_packages(find_node(), SOURCES)
    folder = tmp_path_factory.mktemp("app") / "project"
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(SOURCES / "node_modules", folder / "node_modules", symlinks=True)
    return folder


@pytest.fixture(scope="module")
def vite(project: Path) -> Iterator[str]:
    """The address of Vite's development server, with hot reload."""
    node = find_node()
    command = [node.program, "node_modules/vite/bin/vite.js", "--port", "0", "--clearScreen=false"]
    with subprocess.Popen(
        command, cwd=project, env=node.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
            if address := re.search(r"http://127\.0\.0\.1:\d+/", plain):
                yield address[0]
                break
        process.terminate()


def opened(visitor: Visitor, url: str) -> FrameLocator:
    """Open the app from a menu button of the person's chat."""
    page = visitor.page
    page.get_by_role("button", name="Start", exact=True).click()
    visitor.call(
        "setChatMenuButton",
        chat_id=visitor.person_id,
        menu_button={"type": "web_app", "text": "Open", "web_app": {"url": url}},
    )
    page.locator(".menu-button").click()
    return page.frame_locator("iframe")


def clicks_reach_the_browser(visitor: Visitor, app: FrameLocator) -> None:
    """`openLink` after a real click opens a tab; the client shows the main button and reports
    presses."""
    with visitor.page.context.expect_page() as tab:
        app.locator("#link").click()
    assert tab.value is not None
    visitor.page.get_by_role("button", name="Continue").click()
    expect(app.locator("#heard")).to_contain_text("main button;")


def test_the_official_script_finds_its_client(visitor: Visitor, vite: str) -> None:
    """Launch data, theme, storage, buttons and links work; the proxy object exists before the app's
    scripts run."""
    app = opened(visitor, f"{vite}official.html")
    heard = app.locator("#heard")
    expect(heard).to_contain_text("stored value;")
    expect(heard).to_contain_text(f"proxy object;user {visitor.name};theme yes;")
    clicks_reach_the_browser(visitor, app)


def test_hot_reload_works(visitor: Visitor, vite: str, project: Path) -> None:
    """A changed module is replaced in the running app over Vite's web socket."""
    app = opened(visitor, f"{vite}official.html")
    expect(app.locator("#heard")).to_contain_text("hot 1;")
    (project / "hot.js").write_text("export const version = 2;\n")
    expect(app.locator("#heard")).to_contain_text("hot 2;")
    assert (app.locator("#heard").text_content() or "").count("user") == 1, "it was not reloaded"


@pytest.mark.parametrize("sdk", ["tma", "telegram-apps"])
def test_an_sdk_finds_its_client(visitor: Visitor, vite: str, sdk: str) -> None:
    """SDKs that only talk to `web.telegram.org` or to a native client work."""
    app = opened(visitor, f"{vite}sdk.html?sdk={sdk}")
    heard = app.locator("#heard")
    expect(heard).to_contain_text("stored value;")
    expect(heard).to_contain_text(f"user {visitor.name};height true;")
    clicks_reach_the_browser(visitor, app)
