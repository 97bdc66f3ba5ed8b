"""Fixtures: a real `tanya dev` with the real local model, and a real Chromium."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

import backend.bot  # noqa: F401  # before the emulator: it decides how aiogram builds its models
from tests.browser import chromium
from tests.browser.people import Telegram
from tests.browser.server import Server, running, with_local_model
from tests.browser.shared import folder_of_all_workers, shared_server
from tests.gallery.scene import server as scripted_server

# Several browsers share the machine, so waits are longer than a person's patience.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole run, which each test uses as a person of its own."""

    def start() -> AbstractContextManager[Server]:
        return running(with_local_model(tmp_path_factory.mktemp("data")))

    folder = folder_of_all_workers(tmp_path_factory) / "server"
    with shared_server(folder, start) as server:
        yield server


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The gallery's server, whose models return scripted answers; one for the whole run."""
    folder = folder_of_all_workers(tmp_path_factory) / "scene"
    with shared_server(folder, scripted_server) as shown:
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
    test. Nothing moves: tests of motion ask for it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, locale="en-US", reduced_motion="reduce"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def telegram(server: Server, page: Page) -> Telegram:
    """A person that no other test has used, at the emulator's page."""
    return Telegram(page, server.url)
