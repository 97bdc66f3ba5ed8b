"""Checks over HTTP: claims listed, priced, checked one by one, stored, stopped, refused.

Exercises backend/checks/checker.py, backend/checks/copies.py, backend/checks/events.py,
backend/checks/listing.py, backend/checks/parts.py, backend/checks/payment.py,
backend/checks/ports.py, backend/checks/running.py, backend/checks/service.py,
backend/checks/store.py, backend/errors/checks.py, backend/tasks/checks.py,
backend/web/api/checks.py.
"""

import asyncio
import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from backend import conversations
from backend.checks.tables import checks
from backend.metering.tables import provider_calls, quotas, reservations
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, Client, Running, events
from tests.fixtures.generation import until
from tests.integration.checks.conftest import ABROAD, CLAIMS, PAGE, Abroad
from tests.integration.privacy.test_temporary import temporary_id


async def answered(client: Client) -> str:
    """Ask a question; returns the id of the answer."""
    found = await client.ask("How high is K2?", modelId="writer")
    return str(found[0]["message"]["id"])


async def listed(client: Client, **of: Any) -> dict[str, Any]:
    """List the claims; returns a check that waits to be run."""
    status, check = await client.call("POST", "/api/checks", {"id": str(uuid7()), **of})
    assert status == 200, check
    return dict(check)


async def run(client: Client, check: dict[str, Any], *claims: int) -> list[dict[str, Any]]:
    """Run the check to its end; returns its events."""
    path = f"/api/checks/{check['id']}/run"
    async with client.request("POST", path, {"claims": list(claims)}) as response:
        assert response.status == 200, await response.text()
        return events(await response.text())


async def figures(app: Running) -> dict[str, Any]:
    """Ann's held and used quota, and the states of her reservations."""
    async with app.container.database.snapshot() as db:
        row: Any = (await db.execute(sa.select(quotas).where(quotas.c.user_id == ANN))).one()
        states = (await db.execute(sa.select(reservations.c.state))).scalars().all()
        calls = await db.execute(sa.select(provider_calls.c.purpose, provider_calls.c.state))
        return {
            "used": row.used,
            "held": row.held,
            "money": row.held_micro_dollars,
            "states": states,
            "calls": sorted(tuple(one) for one in calls if one.purpose != "title"),
        }


async def test_a_supported_a_disputed_and_an_unsupported_claim(app: Running, ann: Client) -> None:
    """Each verdict has the sentence as it stands in the page, or no source: a quotation that is not
    in the page is dropped, whatever the model said about it."""
    message = await answered(ann)
    before = await figures(app)
    check = await listed(ann, messageId=message)
    assert [one["text"] for one in check["claims"]] == list(CLAIMS)
    assert (check["model"], check["simulated"], check["state"]) == ("Checker", False, "listed")
    assert check["price"]["messages"] == 1
    assert check["price"]["claimMicroDollars"] > 0
    found = await run(ann, check, 0, 1, 2)
    assert [one["type"] for one in found] == ["start", "claim", "claim", "claim", "end"]
    told = [(one["verdict"], one["quote"], one["url"]) for one in found[1:-1]]
    assert told == [
        ("agrees", "K2 is 8,611 metres high.", PAGE),
        ("conflicts", "K2 was first climbed in 1954.", PAGE),
        ("none", "", ""),
    ]
    assert found[1]["link"].startswith(f"{PAGE}#:~:text=K2%20is")
    assert found[-1]["state"] == "complete"
    assert found[-1]["costMicroDollars"] > 0
    after = await figures(app)
    assert after["used"] == before["used"] + 1
    assert (after["held"], after["money"]) == (0, 0)
    assert ("check", "settled") in after["calls"]
    _, kept = await ann.call("GET", f"/api/messages/{message}/checks")
    assert [c["verdict"] for c in kept["items"][0]["claims"]] == ["agrees", "conflicts", "none"]


async def test_dropped_claims_are_not_checked(ann: Client, abroad: Abroad) -> None:
    """Only the chosen claims are sent and reported."""
    check = await listed(ann, messageId=await answered(ann))
    found = await run(ann, check, 1)
    assert [one["index"] for one in found[1:-1]] == [1]
    assert len(abroad.bodies("Claim ")) == 1
    _, again = await ann.call("GET", f"/api/checks/{check['id']}")
    assert [one["kept"] for one in again["claims"]] == [False, True, False]


async def test_each_call_leaves_a_receipt(ann: Client) -> None:
    """Listing and each claim have a receipt of their own kind, from which the body can be
    rebuilt."""
    message = await answered(ann)
    await run(ann, await listed(ann, messageId=message), 0, 2)
    _, found = await ann.call("GET", f"/api/messages/{message}/receipts")
    mine = [one for one in found["items"] if one["purpose"] in ("claims", "check")]
    assert [one["purpose"] for one in mine] == ["claims", "check", "check"]
    for one in mine:
        assert one["outcome"] == "stop"
        async with ann.request("GET", f"/api/receipts/{one['id']}/body") as response:
            assert len(await response.read()) == one["bytes"]


async def test_checking_a_text(ann: Client) -> None:
    """A check of a text belongs to no conversation; when it is deleted, its requests can no longer
    be rebuilt."""
    check = await listed(ann, text="  A forwarded post about K2.  ")
    assert (check["text"], check["messageId"]) == ("A forwarded post about K2.", None)
    assert (await run(ann, check, 0))[-1]["state"] == "complete"
    async with ann.request("GET", "/api/receipts") as response:
        receipts = json.loads(await response.read())["receipts"]
    ids = [json.loads(one["record"])["id"] for one in receipts]
    assert (await ann.call("GET", f"/api/receipts/{ids[-1]}/body"))[0] == 200
    assert (await ann.call("DELETE", f"/api/checks/{check['id']}"))[0] == 204
    assert (await ann.call("GET", f"/api/checks/{check['id']}"))[1]["code"] == "check_not_found"
    assert (await ann.call("GET", f"/api/receipts/{ids[-1]}/body"))[0] == 410


async def test_repeated_requests_join(ann: Client, abroad: Abroad) -> None:
    """Listing, running and following can be repeated; other claims make another check."""
    message, key = await answered(ann), str(uuid7())
    first = await listed(ann, messageId=message, id=key)
    assert await listed(ann, messageId=message, id=key) == first
    found = await run(ann, first, 0, 1)
    assert await run(ann, first, 1, 0) == found
    assert len(abroad.bodies("Claim ")) == 2
    status, problem = await ann.call("POST", f"/api/checks/{key}/run", {"claims": [2]})
    assert (status, problem["code"]) == (409, "check_already_begun")
    body = {"id": key, "text": "something else"}
    assert (await ann.call("POST", "/api/checks", body))[1]["code"] == "idempotency_conflict"
    headers = {"Last-Event-ID": "2"}
    async with ann.request("GET", f"/api/checks/{key}/events", headers=headers) as response:
        left = [line for line in (await response.text()).split("\n\n") if line.startswith("id: ")]
    assert [line.split("\n")[0] for line in left] == ["id: 3", "id: 4"]


async def test_the_stored_check_replays_the_same_events(app: Running, ann: Client) -> None:
    """When the log is gone, the events come from the database with the same numbers."""
    check = await listed(ann, messageId=await answered(ann))
    live = await run(ann, check, 0, 1, 2)
    await app.container.checks.parts.run_log.drop(sa.Uuid().python_type(check["id"]))
    assert await run(ann, check, 0, 1, 2) == live


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "x" * 20_001}, 413, "check_text_too_long"),
        ({"text": "x" * 200_000}, 413, "check_text_too_long"),
        ({"text": " \n "}, 400, "nothing_to_check"),
        ({}, 400, "invalid_field"),
        ({"text": "a", "messageId": str(uuid7())}, 400, "invalid_field"),
        ({"messageId": str(uuid7())}, 404, "message_not_found"),
    ],
)
async def test_texts_that_cannot_be_checked(
    ann: Client, body: dict[str, Any], status: int, code: str
) -> None:
    """Each is refused with a reason, and no model is asked."""
    got, problem = await ann.call("POST", "/api/checks", {"id": str(uuid7()), **body})
    assert (got, problem["code"]) == (status, code)


async def test_unknown_claims_are_refused(app: Running, ann: Client) -> None:
    """An empty choice and an unknown claim are refused, and nothing is held."""
    check = await listed(ann, messageId=await answered(ann))
    before = await figures(app)
    for claims, code in (([], "nothing_to_check"), ([5], "invalid_field")):
        body = {"claims": claims}
        status, problem = await ann.call("POST", f"/api/checks/{check['id']}/run", body)
        assert (status, problem["code"]) == (400, code)
    async with ann.request("GET", f"/api/checks/{check['id']}/events") as response:
        assert (await response.json())["code"] == "nothing_to_check"
    assert await figures(app) == before


async def test_checks_belong_to_their_person(app: Running, ann: Client) -> None:
    """For anybody else the check does not exist."""
    check = await listed(ann, text="A post about K2.")
    eve = await app.sign_in(EVE)
    path = f"/api/checks/{check['id']}"
    for method, where, body in (
        ("GET", path, None), ("POST", f"{path}/run", {"claims": [0]}),
        ("GET", f"{path}/events", None), ("POST", f"{path}/stop", None), ("DELETE", path, None),
    ):  # fmt: skip
        assert (await eve.call(method, where, body))[1]["code"] == "check_not_found"
    assert (await ann.call("GET", path))[1] == check


async def test_no_check_without_consent(app: Running, abroad: Abroad) -> None:
    """Consent is required before claims are listed, and again when a check runs after it was
    withdrawn."""
    client = await app.sign_in()
    body = {"id": str(uuid7()), "text": "A post about K2."}
    _, problem = await client.call("POST", "/api/checks", body)
    assert (problem["code"], problem["provider"]) == ("consent_needed", ABROAD)
    assert not any(one.body for one in abroad.server.received)
    await client.call("PUT", f"/api/consents/{ABROAD}")
    check = await listed(client, text="A post about K2.")
    await client.call("DELETE", f"/api/consents/{ABROAD}")
    _, problem = await client.call("POST", f"/api/checks/{check['id']}/run", {"claims": [0]})
    assert problem["code"] == "consent_needed"
    assert abroad.bodies("Claim ") == []


async def test_a_stopped_check_keeps_its_results(app: Running, ann: Client, abroad: Abroad) -> None:
    """The reader is told that it stopped, and the reservation is settled once."""
    message = await answered(ann)
    before = (await figures(app))["used"]
    check = await listed(ann, messageId=message)
    abroad.server._pace = 0.1
    reading = asyncio.ensure_future(run(ann, check, 0, 1, 2))
    path = f"/api/checks/{check['id']}"

    async def one_found() -> bool:
        _, found = await ann.call("GET", path)
        return found["claims"][0]["verdict"] is not None

    await until(one_found)
    assert (await ann.call("POST", f"{path}/stop"))[0] == 204
    found = await reading
    assert found[-1]["state"] == "stopped"
    assert 1 <= len(found) - 2 < 3
    assert (await figures(app))["used"] == before + 1
    assert (await figures(app))["held"] == 0
    assert (await ann.call("POST", f"{path}/stop"))[0] == 204  # repeated: nothing changes


async def test_a_failing_provider_costs_no_message(
    app: Running, ann: Client, abroad: Abroad
) -> None:
    """The check ends as failed with the reason, and the message is returned."""
    check = await listed(ann, messageId=await answered(ann))
    before = (await figures(app))["used"]
    await abroad.server.close()
    found = await run(ann, check, 0, 1)
    assert (found[-1]["state"], len(found)) == ("failed", 2)
    assert found[-1]["errorTitle"]
    after = await figures(app)
    assert (after["used"], after["held"], after["money"]) == (before, 0, 0)


async def test_a_dead_processs_check_is_ended(app: Running, ann: Client, abroad: Abroad) -> None:
    """The job ends an abandoned check as interrupted and returns what it held; finished checks and
    one that has just begun are not touched."""
    message = await answered(ann)
    done, dead = await listed(ann, messageId=message), await listed(ann, messageId=message)
    await run(ann, done, 0)
    before = await figures(app)
    container, key = app.container, sa.Uuid().python_type(dead["id"])
    begun = await container.checks._begin(ANN, key, frozenset({0}), None)  # and the process dies
    assert begun is not None
    assert (await figures(app))["held"] == 1
    assert await container.checks.end_abandoned() == 0
    old = container.clock() - timedelta(minutes=10)
    async with container.database.unit_of_work() as db:
        await db.execute(sa.update(checks).where(checks.c.id == key).values(started_at=old))
    assert await container.checks.end_abandoned() == 1
    after = await figures(app)
    assert (after["used"], after["held"], after["money"]) == (before["used"], 0, 0)
    _, found = await ann.call("GET", f"/api/checks/{dead['id']}")
    assert found["state"] == "interrupted"
    assert await container.checks.end_abandoned() == 0


async def test_a_check_above_the_cap_is_refused(app: Running, ann: Client) -> None:
    """The refusal comes before anything runs, and the check can be run later."""
    check = await listed(ann, messageId=await answered(ann))
    await ann.call("PATCH", "/api/me", {"settings": {"spendingCapMicroDollars": 1}})
    status, problem = await ann.call("POST", f"/api/checks/{check['id']}/run", {"claims": [0]})
    assert (status, problem["code"]) == (402, "spending_cap_reached")
    assert (await figures(app))["held"] == 0
    assert (await ann.call("GET", f"/api/checks/{check['id']}"))[1]["state"] == "listed"


async def test_checks_are_exported_and_deleted_with_their_message(
    app: Running, ann: Client
) -> None:
    """checks.jsonl contains the check. When a deleted message can no longer be restored, its check
    is deleted too."""
    message = await answered(ann)
    await run(ann, await listed(ann, messageId=message), 0)
    async with ann.request("GET", "/api/export") as response:
        copy = ZipFile(io.BytesIO(await response.read()))
    (line,) = copy.read("checks.jsonl").splitlines()
    assert json.loads(line)["claims"][0]["quote"] == "K2 is 8,611 metres high."
    assert (await ann.call("DELETE", f"/api/messages/{message}"))[0] in (200, 204)
    container, later = (
        app.container,
        app.container.clock() + conversations.UNDO_LIFE + timedelta(seconds=1),
    )
    async with container.database.unit_of_work() as db:
        await conversations.forget_overdue(db, container.vault, ANN, later)
    async with app.container.database.snapshot() as db:
        assert (await db.execute(sa.select(sa.func.count()).select_from(checks))).scalar() == 0


async def test_temporary_and_server_only_answers_are_not_checked(
    ann: Client, abroad: Abroad
) -> None:
    """Claims of a temporary conversation would be stored, and those of a server-only one sent
    elsewhere: both are refused, and no model is asked."""
    temporary = await ann.ask("Secret?", modelId="writer", conversation=temporary_id())
    here = uuid7()
    kept = await ann.ask("Ours?", modelId="writer", conversation=here)
    await ann.call("PATCH", f"/api/conversations/{here}", {"serverOnly": True})
    asked = len(abroad.server.received)
    for found, code in ((temporary, "check_of_temporary"), (kept, "conversation_stays_here")):
        wanted = {"id": str(uuid7()), "messageId": found[0]["message"]["id"]}
        status, problem = await ann.call("POST", "/api/checks", wanted)
        assert (status, problem["code"]) == (409, code)
    assert len(abroad.server.received) == asked
