"""Playwright for Node, with the client that the README documents."""

import shutil
import subprocess
import sys
from pathlib import Path

from hatch_build import find_node, install_packages
from tests.browser.conftest import NAMES

HERE = Path(__file__).parent / "playwright"


def test_the_page_and_a_mini_app_by_playwright_for_node(mini_app: str) -> None:
    """The JavaScript test starts an emulator, uses the page, and opens the app."""
    node = find_node()
    install_packages(node, HERE)
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    assert chromium is not None, "no Chromium here: `make browser` installs it"
    own = {"PYTHON": sys.executable, "CHROMIUM": chromium, "MINI_APP": mini_app}
    done = subprocess.run(
        [node.program, "--test", str(HERE / "page.test.mjs")],
        env=node.environment | own,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
