"""The inbox in the Mini App, the owner's files, hand-over phrases, and connections or rights that
are revoked while a reply is written.

Exercises backend/web/api/business.py, backend/web/api/business_shapes.py,
backend/business/knowledge.py, backend/business/overview.py, backend/business/replies.py,
backend/bot/handlers/business_files.py, backend/bot/ports/customer_messages.py,
backend/errors/business.py, backend/business/ports.py.
"""

from typing import Any

import aiohttp

from backend.business.copies import business_copy, forget_business
from backend.business.tables import business_days, business_files
from backend.i18n import translator
from backend.uuid7 import uuid7
from telegram_emulator.actions import ConnectBusiness, DisconnectBusiness, SendFile
from telegram_emulator.testing import IVAN, LAYLA
from tests.fixtures.app import ANN, Client
from tests.fixtures.business import TEXT, shop_of
from tests.fixtures.chat import BotChat, text_of
from tests.fixtures.generation import until
from tests.integration.bot.test_group_summary import record_questions
from tests.integration.bot.test_groups import rows
from tests.integration.bot.test_steering import press

EN = translator("en")
RYE = "Rye bread is baked on Tuesdays and costs five euros."
LONG = "\n".join(f"Paragraph {number} is about something else." for number in range(900))


async def inbox(client: Client, method: str = "GET", path: str = "", body: Any = None) -> Any:
    """The inbox as the API returns it."""
    status, found = await client.call(method, "/api/business" + path, body)
    assert status == 200, found
    return found


async def refused(client: Client, method: str, path: str = "", body: Any = None) -> str:
    """The code of a refused request."""
    status, problem = await client.call(method, "/api/business" + path, body)
    assert status >= 400, problem
    return str(problem["code"])


async def hand_over(client: Client, name: str, content: bytes) -> tuple[int, Any]:
    """Upload a file of the owner's in the app."""
    form = aiohttp.FormData()
    form.add_field("file", content, filename=name, content_type="text/plain")
    async with client.request("POST", "/api/business/files", data=form) as response:
        return response.status, await response.json()


async def test_the_owner_manages_the_inbox_in_the_app(chat: BotChat) -> None:
    """Rules and the models that may be used, customers with state and counts, editing, sending and
    skipping drafts, pausing, erasing, and the day's figures."""
    await chat.start()
    ann = await chat.app.sign_in()
    assert (await inbox(ann))["rules"] is None
    assert await refused(ann, "PATCH", "", {"mode": "draft"}) == "business_not_connected"
    shop = await shop_of(chat)
    assert await refused(ann, "PATCH", "", {"mode": "draft"}) == "invalid_field"
    assert await refused(ann, "PATCH", "", {"mode": "draft", "wordsGo": "providers"})
    away = {"start": 1080, "end": 540, "timeZone": "Nowhere/Land"}
    assert await refused(ann, "PATCH", "", {"away": away}) == "invalid_field"
    change = {"mode": "draft", "wordsGo": "here", "knowledge": TEXT, "handover": ["human"],
              "away": {**away, "timeZone": "Europe/Lisbon"}}  # fmt: skip
    rules = (await inbox(ann, "PATCH", "", change))["rules"]
    assert (rules["mode"], rules["authorised"], rules["staysHere"]) == ("draft", True, True)
    assert (rules["knowledge"], rules["handover"]) == (TEXT, ["human"])
    assert rules["away"] == change["away"]
    chat.answers("We open at nine.")
    await shop.writes("When do you open?")
    (customer,) = (await inbox(ann))["customers"]
    assert (customer["state"], customer["wrote"], customer["answered"]) == ("draft", 1, 1)
    assert customer["name"]
    assert customer["last"] == "When do you open?"
    draft = customer["draft"]["id"]
    after = await inbox(ann, "POST", f"/drafts/{draft}/send", {"text": "At nine, Ivan."})
    assert shop.by_bot() == ["At nine, Ivan."]
    assert after["customers"][0]["state"] == "answered"
    assert await refused(ann, "POST", f"/drafts/{draft}/send", {}) == "draft_over"
    await shop.writes("And on Sunday?")
    second = (await inbox(ann))["customers"][0]["draft"]["id"]
    after = await inbox(ann, "POST", f"/drafts/{second}/skip")
    assert after["customers"][0]["state"] == "waiting"
    after = await inbox(ann, "POST", f"/customers/{IVAN}/pause", {"paused": True})
    assert after["customers"][0]["state"] == "paused"
    await shop.writes("Hello?")
    assert (await inbox(ann))["customers"][0]["draft"] is None
    (day,) = after["days"]
    counts = [day[name] for name in ("received", "drafted", "sent", "skipped", "answered")]
    assert counts == [2, 2, 1, 1, 0]
    assert (await inbox(ann, "DELETE", f"/customers/{IVAN}"))["customers"] == []
    assert b"Sunday" not in await copy(chat)


async def test_an_inbox_belongs_to_its_owner(chat: BotChat) -> None:
    """Another person finds neither drafts nor customers nor files, with whatever id."""
    await chat.start()
    shop = await shop_of(chat)
    await shop.chooses("draft")
    await shop.writes("When do you open?")
    ann, layla = await chat.app.sign_in(), await chat.app.sign_in(LAYLA)
    _, shown = await hand_over(ann, "bread.txt", RYE.encode())
    draft, file = shown["customers"][0]["draft"]["id"], shown["files"][0]["id"]
    empty = await inbox(layla)
    assert (empty["rules"], empty["customers"], empty["files"], empty["days"]) == (None, [], [], [])
    send = f"/drafts/{draft}/send"
    assert await refused(layla, "POST", send, {}) == "business_not_connected"
    await chat.act(ConnectBusiness(LAYLA))
    await chat.quiet()
    assert await refused(layla, "POST", send, {}) == "draft_over"
    assert await refused(layla, "POST", f"/drafts/{draft}/skip") == "draft_over"
    assert await refused(layla, "DELETE", f"/files/{file}") == "file_not_found"
    await inbox(layla, "DELETE", f"/customers/{IVAN}")
    assert len((await inbox(ann))["customers"]) == 1
    assert shop.by_bot() == []


async def test_replies_use_the_owners_files(chat: BotChat) -> None:
    """The text of a file is part of the request, of a long file the best passages. A file is
    sealed, listed, can be deleted, is in the export, and is erased with its owner."""
    await chat.start()
    ann = await chat.app.sign_in()
    shop = await shop_of(chat)
    await shop.chooses("draft")
    content = f"{LONG}\n{RYE}\n{LONG}".encode()
    await chat.act(
        SendFile(ANN, "document", "bread.txt", "text/plain", content, caption="/business file")
    )
    await chat.quiet()
    await until(lambda: "bread.txt" in chat.said()[-1])
    listed = chat.sent()[-1]
    (kept,) = await rows(chat, business_files)
    assert b"Rye" not in kept.text
    assert b"bread" not in kept.name
    asked = record_questions(chat)
    await shop.writes("When is the rye bread baked?")
    (sent,) = [one for one in asked if TEXT in one]
    assert RYE in sent
    assert len(sent) < 30_000 < len(content)
    assert RYE.encode() in await copy(chat)
    await press(chat, listed, EN("app.business.file.remove", name="bread.txt"))
    await chat.quiet()
    assert (await inbox(ann))["files"] == []
    await shop.writes("And the rye?")
    assert not any(RYE in one for one in asked[len(asked) - 1 :])
    status, shown = await hand_over(ann, "again.txt", RYE.encode())
    assert (status, shown["files"][0]["name"]) == (200, "again.txt")
    assert (await hand_over(ann, "none.txt", b"  "))[0] == 422
    for _ in range(9):
        await hand_over(ann, "more.txt", RYE.encode())
    assert (await hand_over(ann, "eleventh.txt", b"x"))[1]["code"] == "too_many_files"
    async with chat.app.container.database.unit_of_work() as db:
        await forget_business(db, ANN)
    assert await rows(chat, business_files) == await rows(chat, business_days) == []


async def test_hand_over_phrases_ask_no_model(chat: BotChat) -> None:
    """A customer who writes a hand-over phrase is left to the owner; with automatic answers the
    customer is told so."""
    await chat.start()
    shop = await shop_of(chat)
    await shop.chooses("auto")
    shown = await chat.ask("/business handover human, оператор")
    assert "human, оператор" in text_of(shown)
    asked = record_questions(chat)
    await shop.writes("A HUMAN, please: what do you charge?")
    assert shop.by_bot() == [translator("ru")("bot.business.handed_over")]
    assert EN("bot.business.yours") in chat.said()[-1]
    assert not any("charge" in one for one in asked)


async def test_a_connection_revoked_while_a_reply_is_written(chat: BotChat) -> None:
    """Nothing is sent or shown. A waiting draft is refused, with an explanation and a code, and is
    kept."""
    await chat.start()
    shop = await shop_of(chat)
    ann = await chat.app.sign_in()
    await shop.chooses("draft")
    await shop.writes("Are you open?")
    waiting = chat.sent()[-1]
    draft = (await inbox(ann))["customers"][0]["draft"]["id"]
    chat.answers("We open at nine. " * 20, pace=0.05)
    asked = record_questions(chat)
    await chat.act(shop.line("Hello?", LAYLA))
    await until(lambda: any("Hello?" in one for one in asked))
    await chat.act(DisconnectBusiness(ANN))
    await chat.quiet()
    assert chat.said()[-1] == EN("bot.business.gone")
    await press(chat, waiting, EN("app.business.send"))
    await chat.quiet()
    told = [one.request["text"] for one in chat.calls("answerCallbackQuery")]
    assert told[-1] == EN("bot.business.refused")
    path = f"/drafts/{draft}/send"
    assert await refused(ann, "POST", path, {}) == "business_not_connected"
    assert [one["draft"]["id"] for one in (await inbox(ann))["customers"] if one["draft"]] == [
        draft
    ]
    asked_of_telegram = [one.request for one in chat.calls("sendMessage")]
    to_customers = [one for one in asked_of_telegram if one.get("business_connection_id")]
    # The draft that was pressed and that Telegram refuses, not the reply that was being written.
    assert [one["text"] for one in to_customers] == ["An answer."]


async def test_without_the_right_to_reply_there_are_drafts_only(chat: BotChat) -> None:
    """Without the right to reply an automatic answer becomes a draft, and sending one is refused
    until the right is granted again."""
    await chat.start()
    shop = await shop_of(chat)
    ann = await chat.app.sign_in()
    await shop.chooses("auto")
    await chat.act(ConnectBusiness(ANN, rights=("can_read_messages",)))
    await chat.quiet()
    assert (await inbox(ann))["rules"]["canReply"] is False
    chat.answers("Yes, we are.")
    await shop.writes("Are you open?")
    assert shop.by_bot() == []
    draft = (await inbox(ann))["customers"][0]["draft"]["id"]
    assert await refused(ann, "POST", f"/drafts/{draft}/send", {}) == "reply_refused"
    await chat.act(ConnectBusiness(ANN))
    await chat.quiet()
    await inbox(ann, "POST", f"/drafts/{draft}/send", {})
    assert shop.by_bot() == ["Yes, we are."]


async def test_costs_are_counted_by_day(chat: BotChat) -> None:
    """The cost of the models is added to the day's figures."""
    overview = chat.app.container.business.overview
    await overview.count(ANN, cost_micro_dollars=1_500)
    await overview.count(ANN, cost_micro_dollars=500, answered=1)
    (day,) = (await inbox(await chat.app.sign_in()))["days"]
    assert (day["costMicroDollars"], day["answered"], day["drafted"]) == (2_000, 1, 0)


async def test_unknown_customers_and_drafts(chat: BotChat) -> None:
    """Erasing or pausing an unknown customer changes nothing; an unknown draft counts as
    finished."""
    await chat.start()
    await shop_of(chat)
    ann = await chat.app.sign_in()
    assert (await inbox(ann, "DELETE", f"/customers/{IVAN}"))["customers"] == []
    await inbox(ann, "POST", f"/customers/{IVAN}/pause", {"paused": False})
    assert await refused(ann, "POST", f"/drafts/{uuid7()}/skip") == "draft_over"


async def copy(chat: BotChat) -> bytes:
    """The inbox part of Ann's export."""
    container = chat.app.container
    async with container.database.snapshot() as db:
        return b"".join([part async for _, part in business_copy(db, container.vault, ANN)])
