"""Local mode trusts everybody at this machine, but no foreign page in their browser.

Exercises backend/web/pages/app.py, backend/web/pages/papers.py.
"""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from backend.data_dir import prepare
from backend.local_mode import hosts_of
from backend.settings import Settings
from tests.fixtures.app import Running, running

CROSS_SITE = {"Sec-Fetch-Site": "cross-site"}
REBOUND = {"Host": "evil.example"}
LINK = {**CROSS_SITE, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

PATHS = (
    "/",
    "/app",
    "/privacy",
    "/health/ready",
    "/api/models",
    "/openapi/openapi.json",
    "/emulator/state",
    "/telegram-api/bot{token}/getMe",
    "/telegram-api/bot{token}/setWebhook?url=http://127.0.0.1:1/",
    "/static/none.js",
)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """The whole application in local mode."""
    async with running(settings) as app:
        yield app


async def status_of(app: Running, path: str, headers: dict[str, str], method: str = "GET") -> int:
    """The status of a request with these headers."""
    url = app.origin + path.format(token=app.container.settings.bot_token)
    async with app.http.request(method, url, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("headers", [CROSS_SITE, REBOUND, {"Origin": "https://evil.example"}])
async def test_another_sites_page_reaches_nothing(app: Running, headers: dict[str, str]) -> None:
    """Neither the emulated Bot API nor anything of the server itself."""
    for path in PATHS:
        assert await status_of(app, path, headers) == 403, path
        assert await status_of(app, path, headers, "POST") == 403, path
    assert app.container.emulator is not None
    assert "127.0.0.1:1" not in app.container.emulator.hub.world.webhook.url


async def test_a_link_opens_the_front_page_only(app: Running) -> None:
    """Following a link from a README works; a link cannot call a method of the Bot API."""
    assert await status_of(app, "/", LINK) == 200
    assert await status_of(app, "/telegram-api/bot{token}/getMe", LINK) == 403


async def test_this_machine_is_answered(app: Running) -> None:
    """The page's own requests, and programs that are no browsers."""
    host = app.origin.removeprefix("http://")
    own = {"Host": host, "Origin": app.origin, "Sec-Fetch-Site": "same-origin"}
    assert await status_of(app, "/emulator/state", own) == 200
    assert await status_of(app, "/app", own) == 200
    assert await status_of(app, "/health/ready", {"Host": f"localhost:{host.split(':')[1]}"}) == 200


def test_the_host_of_public_url_is_accepted(settings: Settings) -> None:
    """A tunnel to a phone sends the host of PUBLIC_URL; 0.0.0.0 is never accepted."""
    shared = msgspec.structs.replace(
        settings, public_url="https://tunnel.example", host="0.0.0.0", allow_public=True
    )
    assert hosts_of(settings) == {"localhost", "127.0.0.1"}
    assert hosts_of(shared) == {"tunnel.example"}


def test_every_directory_has_its_own_bot_token(tmp_path: Path) -> None:
    """It is random, in a file that only its owner can read; a configured token is used as it is."""
    first = prepare(Settings(data_dir=tmp_path / "a"))
    again = prepare(Settings(data_dir=tmp_path / "a"))
    other = prepare(Settings(data_dir=tmp_path / "b"))
    assert first.bot_token == again.bot_token != other.bot_token
    assert stat.S_IMODE((tmp_path / "a/bot_token").stat().st_mode) == 0o600
    # It has the form that the settings require.
    assert Settings.from_environment({"BOT_TOKEN": first.bot_token}).bot_token == first.bot_token
    given = msgspec.structs.replace(first, bot_token="12345:" + "B" * 35)
    assert prepare(given).bot_token == given.bot_token
