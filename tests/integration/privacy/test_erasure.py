"""Erasing a person: everything is deleted, nothing brings it back, and it can be proved.

Exercises backend/identity/erased.py, backend/privacy/erasure/printing.py,
backend/privacy/erasure/contents.py, backend/privacy/erasure/service.py,
backend/privacy/erasure/ports.py, backend/web/api/erasure.py, backend/bot/ports/erasure_chat.py,
backend/bot/handlers/erase.py, backend/tasks/erasures.py, backend/billing/renewals.py,
backend/db/paging.py, backend/privacy/signing_keys.py.
"""

import io
import json
import tracemalloc
from datetime import timedelta
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from backend.billing.tables import orders
from backend.cli import main
from backend.db import Database
from backend.errors import StarsUnavailable
from backend.generation.copies import is_answering
from backend.privacy.erasure import Erasures
from backend.privacy.erasure.certificate import BEGINNING, add_to_hash, person_hash, verify
from backend.privacy.erasure.steps import tables_of_people
from telegram_emulator.actions import AdvanceClock, PressButton
from telegram_emulator.testing import Phone
from tests.fixtures.app import ANN, EVE, SIMULATED, Running
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until
from tests.fixtures.history import talked


def unhurried(app: Running) -> None:
    """Do not wait for other processes: there are none."""
    app.container.erasures.settled_after = timedelta(0)


async def rows_naming(database: Database, user_id: int) -> dict[str, int]:
    """How many rows of each table name the person."""
    found = {}
    async with database.snapshot() as db:
        for table in tables_of_people():
            query = sa.select(sa.func.count()).select_from(table).where(table.c.user_id == user_id)
            if count := (await db.execute(query)).scalar_one():
                found[table.name] = count
    return found


async def press(chat: BotChat, data: str) -> None:
    """Press the newest button with this data."""
    for message in reversed(chat.sent()):
        if data in [one.get("callback_data") for one in buttons_of(message)]:
            await chat.act(PressButton(chat.person_id, message["message_id"], data))
            return
    raise AssertionError(f"no button {data}")


def certificate_of(chat: BotChat) -> bytes:
    """The document that the bot sent last."""
    files = chat.phone.emulator.hub.files
    return files.read(files.find(chat.sent()[-1]["document"]["file_id"]))


async def confirm_erasure(chat: BotChat) -> bytes:
    """Confirm, and wait for the certificate."""
    before = len(chat.sent())
    await press(chat, "erase:yes")
    await chat.until(before + 2)
    await chat.quiet()
    return certificate_of(chat)


async def test_everything_is_deleted_and_a_certificate_is_sent(chat: BotChat) -> None:
    """Requested in the app and confirmed in the chat: no row names the person, their session has
    ended, and an old launch does not restore it; a new launch starts a new account."""
    unhurried(chat.app)
    await chat.start()
    await chat.ask("said in the chat")
    launch = chat.app.init_data(ANN)
    ann = await chat.app.sign_in()
    await ann.ask("said in the app", modelId=SIMULATED)
    await ann.call("PATCH", "/api/me", {"settings": {"customInstructions": "Be brief."}})
    await ann.call("PUT", "/api/consents/xai")
    async with ann.request("GET", "/api/export") as response:
        copy = ZipFile(io.BytesIO(await response.read()))
    status, asked = await ann.call("POST", "/api/erasure")
    assert (status, asked["state"]) == (202, "asked")
    await chat.until(len(chat.sent()))
    assert (await ann.call("GET", "/api/me"))[0] == 200  # nothing has happened yet
    found = verify(await confirm_erasure(chat))
    assert found is not None
    assert found.certificate.person == person_hash(found.certificate.salt, ANN)
    told = {one.what: one for one in found.certificate.erased}
    ids = tuple(UUID(json.loads(line)["id"]) for line in copy.read("messages.jsonl").splitlines())
    assert told["messages"].count == 4
    assert told["messages"].hash == add_to_hash(BEGINNING, ids)  # the export gives the same hash
    assert set(await rows_naming(chat.app.container.database, ANN)) <= {"destroyed_keys"}
    assert (await ann.call("GET", "/api/me"))[0] == 401
    status, problem = await chat.app.stranger.call("POST", "/api/session", {"initData": launch})
    assert (status, problem["code"]) == (401, "launch_before_erasure")
    await chat.ask("/start")
    _, page = await (await later_launch(chat.app)).call("GET", "/api/conversations")
    assert page["items"] == []


async def later_launch(app: Running) -> Any:
    """A session from a launch some seconds later."""
    assert app.container.emulator is not None
    await Phone(app.container.emulator, app.origin, app.http).act(AdvanceClock(seconds=5))
    return await app.sign_in()


async def test_other_people_keep_theirs(chat: BotChat) -> None:
    """Somebody else has as many rows as before, and they are readable."""
    unhurried(chat.app)
    eve = await chat.app.sign_in(EVE)
    await eve.ask("mine to keep", modelId=SIMULATED)
    before = await rows_naming(chat.app.container.database, EVE)
    await chat.start()
    await chat.ask("/erase")
    await confirm_erasure(chat)
    assert await rows_naming(chat.app.container.database, EVE) == before
    _, page = await eve.call("GET", "/api/conversations?q=keep")
    assert len(page["items"]) == 1


async def test_it_can_be_cancelled_and_expires(chat: BotChat) -> None:
    """The other button cancels it; then, and after a quarter of an hour, the first button does
    nothing."""
    await chat.start()
    await chat.ask("/erase")
    before = await rows_naming(chat.app.container.database, ANN)
    count = len(chat.sent())
    await press(chat, "erase:no")
    await chat.until(count + 1)
    assert "Nothing was deleted" in chat.said()[-1]
    await chat.ask("/erase")
    await chat.act(AdvanceClock(seconds=16 * 60))
    await press(chat, "erase:yes")
    await chat.quiet()
    told = [call.request.get("text", "") for call in chat.calls("answerCallbackQuery")]
    assert "nothing to confirm" in told[-1]
    assert (await rows_naming(chat.app.container.database, ANN))["users"] == before["users"]


async def test_requested_and_confirmed_twice_it_is_done_once(chat: BotChat) -> None:
    """A second request is no second erasure; a second press is told that there is nothing to
    confirm, and sends no second certificate."""
    unhurried(chat.app)
    await chat.start()
    ann = await chat.app.sign_in()
    before = len(chat.sent())
    for _ in range(2):
        status, asked = await ann.call("POST", "/api/erasure")
        assert (status, asked["state"]) == (202, "asked")
    await chat.until(before + 2)
    assert verify(await confirm_erasure(chat)) is not None
    count = len(chat.sent())
    await press(chat, "erase:yes")
    await chat.quiet()
    told = [call.request.get("text", "") for call in chat.calls("answerCallbackQuery")]
    assert "nothing to confirm" in told[-1]
    assert len(chat.sent()) == count


async def answering(chat: BotChat) -> bool:
    """Whether an answer is being written."""
    async with chat.app.container.database.snapshot() as db:
        return await is_answering(db, ANN)


async def test_not_during_an_answer_or_a_payment(chat: BotChat) -> None:
    """Each is refused with its own reason, and nothing is erased."""
    await chat.start()
    ann = await chat.app.sign_in()
    container = chat.app.container
    async with container.database.unit_of_work() as db:
        await db.execute(sa.insert(orders).values(
            user_id=ANN, id="o", plan_id="premium", stars=1, terms="{}", state="open", device="d",
            created_at=container.clock(), expires_at=container.clock() + timedelta(hours=1),
            checked_query="q", checked_at=container.clock(),
        ))  # fmt: skip
    status, problem = await ann.call("POST", "/api/erasure")
    assert (status, problem["code"]) == (409, "erasure_while_paying")
    async with container.database.unit_of_work() as db:
        await db.execute(sa.delete(orders))
    chat.answers("slow " * 200, pace=0.05)
    await chat.say("take your time")
    await until(lambda: answering(chat))
    status, problem = await ann.call("POST", "/api/erasure")
    assert (status, problem["code"]) == (409, "erasure_while_answering")
    assert "messages" in await rows_naming(container.database, ANN)


async def test_if_a_subscription_cannot_be_stopped_nothing_is_erased(
    chat: BotChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram does not answer: nothing is erased, and it can be confirmed again later."""
    unhurried(chat.app)

    async def away(user_id: int) -> None:
        raise StarsUnavailable(retry_after=1)

    await chat.start()
    await chat.ask("/erase")
    with monkeypatch.context() as patched:
        patched.setattr(chat.app.container.billing.renewals, "stop_all", away)
        before = await rows_naming(chat.app.container.database, ANN)
        await press(chat, "erase:yes")
        await chat.quiet()
        assert await rows_naming(chat.app.container.database, ANN) == before
    erasures: Erasures = chat.app.container.erasures
    await erasures.confirm(ANN)
    await erasures.confirm(ANN)  # repeating has no effect
    assert [x async for x in erasures.carry_out(ANN)]
    assert verify(await erasures.certificate(ANN) or b"") is not None


async def test_it_continues_after_a_crash(chat: BotChat) -> None:
    """After a crash between pages another process finishes it, and counts each row once."""
    container = chat.app.container
    unhurried(chat.app)
    await talked(container.database, container.vault, ANN, container.clock(), messages=2_500)
    await container.erasures.ask(ANN, "en")
    await container.erasures.confirm(ANN)
    steps = container.erasures.carry_out(ANN)
    await anext(steps)
    await anext(steps)
    await steps.aclose()  # type: ignore[attr-defined]
    assert await container.erasures.unfinished() == [(ANN, "en")]
    shares = [done async for done, _ in container.erasures.carry_out(ANN)]
    assert shares[0] == 1_000
    found = verify(await container.erasures.certificate(ANN) or b"")
    assert found is not None
    assert {o.what: o.count for o in found.certificate.erased}["messages"] == 2_500


async def test_a_certificate_can_be_verified_later(chat: BotChat, tmp_path: Any) -> None:
    """The command verifies it; a changed or truncated one is rejected."""
    unhurried(chat.app)
    await chat.start()
    await chat.ask("/erase")
    data = await confirm_erasure(chat)
    assert "certificate" in text_of(chat.sent()[-1])
    file = tmp_path / "certificate.json"
    env = {"MASTER_KEY": chat.app.container.settings.master_key}
    file.write_bytes(data)
    result = CliRunner().invoke(main, ["erasure", "verify", str(file)], env=env)
    assert result.exit_code == 0, result.output
    assert "this server's" in result.output
    for bad in (data.replace(b"keyDestroyed", b"keyDestroyee"), data[:-30], b"[1]"):
        file.write_bytes(bad)
        result = CliRunner().invoke(main, ["erasure", "verify", str(file)], env=env)
        assert result.exit_code == 1
        assert "proves nothing" in result.output


@pytest.mark.parametrize("messages", [3_000, pytest.param(100_000, marks=pytest.mark.slow)])
async def test_a_long_history_is_erased_in_pages(chat: BotChat, messages: int) -> None:
    """Progress is reported, each transaction takes a page, and memory stays bounded."""
    container = chat.app.container
    unhurried(chat.app)
    await talked(container.database, container.vault, ANN, container.clock(), messages=messages)
    await container.erasures.ask(ANN, "en")
    await container.erasures.confirm(ANN)
    tracemalloc.start()
    told = [one async for one in container.erasures.carry_out(ANN)]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 100_000_000
    assert len(told) >= messages / 1_000
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == messages + 1
    assert set(await rows_naming(container.database, ANN)) <= {"destroyed_keys", "erasures"}
