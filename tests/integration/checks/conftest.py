"""An application beside a provider that lists and verifies claims as a test says."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.errors import PageUnreachable
from backend.files import FetchedPage, WebPages
from backend.files.fetch import Fetcher
from backend.llm.simulation.mock_protocols import MockAnswer
from backend.llm.simulation.mock_provider import MockProvider, simulation
from backend.llm.simulation.simulated_checks import CHECKING, LISTING
from backend.reading.process import ReadingProcess
from backend.settings import Settings
from backend.wiring.sources import PageSources
from tests.fixtures.app import Client, Running, running

ABROAD = "compatible"
PRICE = 1_000
MODELS = "".join(
    f"""
[[model]]
id = "{name}"
provider = "compatible"
wire_name = "{name}"
name = "{name.title()}"
context_tokens = 32000
max_output_tokens = 4000
price = {{ input = {PRICE}, output = {PRICE} }}
price_class = "low"
"""
    for name in ("writer", "checker")
)
PAGE = "https://k2.site.com/"
WORDS = "K2 is 8,611 metres high. K2 was first climbed in 1954."
CLAIMS = ("K2 is 8,611 metres high.", "K2 was first climbed in 1953.", "K2 is made of granite.")
REPLIES = (
    f"VERDICT: agrees\nSOURCE: {PAGE}\nQUOTE: K2 is 8,611 metres high.",
    f"VERDICT: conflicts\nSOURCE: {PAGE}\nQUOTE: K2 was  first climbed in 1954.",
    f"VERDICT: agrees\nSOURCE: {PAGE}\nQUOTE: K2 is made of granite, all of it.",
)
"""The quotation of the third is invented."""


class Abroad:
    """A provider with two models. `replies` holds the verdicts by the claims' order."""

    def __init__(self) -> None:
        self.claims = "\n".join(f"- {claim}" for claim in CLAIMS)
        self.replies = list(REPLIES)
        self.server = MockProvider(answer=self._answer)

    def _answer(self, asked: dict[str, Any]) -> MockAnswer:
        said = str(asked)
        if LISTING in said:
            return MockAnswer(self.claims)
        if CHECKING in said:
            found = re.search(r"Claim (\d):", said)
            assert found is not None
            return MockAnswer(self.replies[int(found[1]) - 1])
        return simulation(asked)

    def bodies(self, mark: str) -> list[str]:
        """The bodies of the requests that contain this text."""
        return [one.body.decode() for one in self.server.received if mark in one.body.decode()]


class Shelf(Fetcher):
    """A fetcher that knows one page."""

    async def fetch(self, address: str) -> FetchedPage:
        """See Fetcher."""
        if address != PAGE:
            raise PageUnreachable
        html = f"<title>K2</title><p>{WORDS}</p>"
        return FetchedPage(address, "text/html", "utf-8", html.encode())


@pytest.fixture
async def abroad() -> AsyncIterator[Abroad]:
    """The provider, listening."""
    provider = Abroad()
    await provider.server.start()
    yield provider
    await provider.server.close()


@pytest.fixture
async def app(settings: Settings, abroad: Abroad) -> AsyncIterator[Running]:
    """The application with that provider and the one page."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(MODELS)
    address = abroad.server.base_url
    async with running(settings, compatible_url=address, models_file=str(models)) as app:
        pages = WebPages(app.container.clock, fetcher=Shelf(), reader=ReadingProcess())
        app.container.checks.parts.checker.sources = PageSources(pages, simulated=False)
        yield app


@pytest.fixture
async def ann(app: Running) -> Client:
    """Ann, who has agreed to the provider."""
    client = await app.sign_in()
    await client.call("PUT", f"/api/consents/{ABROAD}")
    return client
