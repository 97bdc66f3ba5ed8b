"""Fixtures: a real `tanya dev` with the real local model, and a real Chromium."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

from backend.llm.local.model_file import fetch_model
from tests.browser import chromium
from tests.browser.people import Telegram
from tests.fixtures.ports import free_port

CACHE = Path(os.environ.get("TANYA_MODEL_CACHE", ".data")).resolve()
START_SECONDS = 120
# Several browsers share the machine, so waits are longer than a person's patience.
expect.set_options(timeout=30_000)


class Server:
    """A `tanya dev` with a data directory of its own, which can be killed and restarted."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self._settings = settings
        self.port = free_port()
        self.url = f"http://localhost:{self.port}/"
        self.log = data_dir / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).with_name("tanya")), "dev", "--no-browser"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            assert self._process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < deadline, "the server did not get ready"
            time.sleep(0.1)

    @property
    def environment(self) -> dict[str, str]:
        """Its settings as environment variables, which commands run beside it need too."""
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "LOG_FORMAT": "json"}
        return os.environ | own | self._settings

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and wait for the process to end; returns its exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(timeout=20)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the session, with the session's own data."""
    data_dir = tmp_path_factory.mktemp("data")
    fetch_model(CACHE)
    (data_dir / "models").symlink_to(CACHE / "models")
    server = Server(data_dir)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def scene() -> Iterator[Server]:
    """The gallery's server, whose models return scripted answers."""
    # Here, since tests.gallery imports this module.
    from tests.gallery.scene import server as scripted

    with scripted() as shown:
        yield shown


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in this folder drive a browser and run in a session of their own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Add the text on the screen to the report of a failed test."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()  # type: ignore[attr-defined]
    page: Page | None = getattr(item, "funcargs", {}).get("page")
    if report.failed and page is not None and not page.is_closed():
        for frame in page.frames:
            with suppress(Error):
                text = frame.evaluate("document.body.innerText")
                report.sections.append((f"read at {frame.url.partition('#')[0]}", text))


# Not for the whole session: Playwright keeps an event loop running, which asyncio's tests must not
# find.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright; a process can only run one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium."""
    path = chromium.find()
    assert path is not None, "no Chromium here: `make browser` installs it"
    browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with a profile of its own, the size of a laptop screen; an error on the page fails the
    test."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def telegram(server: Server, page: Page) -> Telegram:
    """The emulator's page, used by a person that no other test has used."""
    return Telegram(page, server.url)
