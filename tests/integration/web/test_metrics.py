"""/metrics: what Prometheus gets, and who gets nothing.

Exercises backend/generation/record/end_figures.py, backend/web/metrics.py.
"""

import asyncio
from typing import get_args

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from backend.billing.people import Kind
from backend.errors import ProviderRejectedKey
from backend.ledger.tables import reconciliation
from backend.settings import Settings
from tests.fixtures.app import ANN, Client, running, text_of

TOKEN = "a-token-for-prometheus"


async def scrape(client: Client, token: str = TOKEN) -> tuple[int, str]:
    """The status and the text."""
    headers = {"Authorization": f"Bearer {token}"}
    async with client.http.get(client.origin + "/metrics", headers=headers) as response:
        return response.status, await response.text()


def value(text: str, name: str, **labels: str) -> float:
    """The sum of a metric's samples with these labels."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


async def test_a_chat_is_counted_and_nobody_is_identified(settings: Settings) -> None:
    """After an answer the counters and histograms include it; they contain no id, name or text."""
    async with running(settings, metrics_token=TOKEN) as app:
        client = await app.sign_in()
        _, before = await scrape(client)
        found = await client.ask("a question that must never be in a figure")
        _, after = await scrape(client)
    counted = {"state": "complete"}
    name = "tanya_answers_total"
    assert value(after, name, **counted) - value(before, name, **counted) == 1
    for histogram in (
        "tanya_first_text_seconds_count",
        "tanya_answer_seconds_count",
        "tanya_token_seconds_count",
    ):
        assert value(after, histogram) - value(before, histogram) == 1
    assert value(after, "tanya_tokens_total") > value(before, "tanya_tokens_total")
    said = [str(ANN), "Ann", "a question that must", *text_of(found).split("\n")[:1]]
    assert all(word not in after for word in said if word)


async def test_a_provider_that_is_left_alone_is_shown_until_it_recovers(
    settings: Settings,
) -> None:
    """A refused key stands there with its reason, and is gone after the next answer; the free
    disk stands there too."""
    async with running(settings, metrics_token=TOKEN) as app:
        models = app.container.models
        breaker = models.router.breaker_of(models.active[0])
        breaker.failed(ProviderRejectedKey())
        _, during = await scrape(app.stranger)
        breaker.succeeded()
        _, after = await scrape(app.stranger)
    assert value(during, "tanya_provider_troubled", why="key_rejected") == 1
    assert value(after, "tanya_provider_troubled") == 0
    assert value(after, "tanya_disk_free_bytes") > 0


async def test_what_alerts_wait_for_is_there_before_it_happens(settings: Settings) -> None:
    """A first refusal by the cap and a first payment or refund are a rise from 0, which a query can
    see; when the books matched Telegram's last is told once they did."""
    async with running(settings, metrics_token=TOKEN) as app:
        _, before = await scrape(app.stranger)
        async with app.container.database.unit_of_work() as db:
            now = app.container.clock()
            await db.execute(sa.insert(reconciliation).values(id=1, offset=0, balanced_at=now))
        _, after = await scrape(app.stranger)
    assert 'tanya_refusals_total{code="operator_cap_reached"}' in before
    for kind in get_args(Kind):
        assert f'tanya_payment_events{{kind="{kind}"}} 0.0' in before
    matched = value(after, "tanya_balance_matched_timestamp_seconds")
    assert matched == pytest.approx(now.timestamp())


async def test_a_stream_that_is_followed_is_counted(settings: Settings) -> None:
    """While an answer is read there is one, and none once it was."""
    async with running(settings, metrics_token=TOKEN) as app:
        client = await app.sign_in()
        _, before = await scrape(client)
        asking = asyncio.create_task(client.ask("a long question, please"))
        seen = 0.0
        while not asking.done():
            _, during = await scrape(app.stranger)
            seen = max(seen, value(during, "tanya_streams"))
        await asking
    assert value(before, "tanya_streams") == 0
    assert seen == 1


async def test_what_is_refused_is_counted(settings: Settings) -> None:
    """A question that a full server refuses is counted under the refusal's code."""
    async with running(settings, metrics_token=TOKEN, max_runs=0, queue_limit=0) as app:
        client = await app.sign_in()
        _, before = await scrape(client)
        with pytest.raises(AssertionError):
            await client.ask("hello")
        _, after = await scrape(client)
    assert value(after, "tanya_refusals_total") > value(before, "tanya_refusals_total")


@pytest.mark.parametrize(("setting", "sent"), [("", ""), ("", TOKEN), (TOKEN, "x"), (TOKEN, "")])
async def test_the_token_is_required(settings: Settings, setting: str, sent: str) -> None:
    """Closed unless the operator opens it, and then only with the token."""
    async with running(settings, metrics_token=setting) as app:
        status, text = await scrape(app.stranger, sent)
    assert status == 404
    assert "tanya_answers" not in text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a1b2c3d4-e5f6.7_8", True),
        ("short", False),
        ("bad id\twith spaces", False),
        ("x" * 65, False),
    ],
)
async def test_the_proxys_request_id_is_kept(settings: Settings, sent: str, kept: bool) -> None:
    """So that one request is found in both logs; an invalid id is replaced."""
    async with running(settings) as app:
        headers = {"X-Request-Id": sent}
        async with app.stranger.http.get(
            app.stranger.origin + "/health/live", headers=headers
        ) as response:
            assert (response.headers["X-Request-Id"] == sent) is kept
