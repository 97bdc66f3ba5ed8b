"""Sharing by a link: previewed first, public without an account, ended by its owner or by time.

Exercises backend/conversations/sharing.py, backend/conversations/shared_content.py,
backend/web/api/shares.py, backend/web/pages/shared.py,
backend/web/share_links.py, backend/web/picture_links.py, backend/web/pages/picture.py.
"""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from backend.citations import Citation
from backend.conversations import (
    UNDO_LIFE,
    Conversation,
    Message,
    Role,
    copies,
    forget_overdue,
)
from backend.conversations.tables import shares
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running
from tests.fixtures.documents import picture
from tests.integration.files.test_files_api import upload
from tests.integration.privacy.test_export import pass_time
from tests.integration.privacy.test_temporary import temporary_id

QUESTION = "Is <b>this</b> & that <script>alert(1)</script> safe?"
ANSWER = (
    "# Yes\n\nIt is **quite** safe: [look](https://example.org/a?b=1&c=2), `<img src=x>`.\n\n"
    "- [bad](javascript:alert(1))\n- ![picture](https://example.org/p.png)\n\n"
    "| a | b |\n|---|--:|\n| 1 | <i>2</i> |\n\n```html\n<script>alert(2)</script>\n```\n"
)


async def said(app: Running, *texts: str, person: int = ANN) -> tuple[UUID, list[UUID]]:
    """A conversation with these texts, questions and answers in turn; returns its id and the
    messages'."""
    container, conversation, now = app.container, uuid7(), app.container.clock()
    found: list[Message] = []
    for number, text in enumerate(texts):
        role: Role = "assistant" if number % 2 else "user"
        at = now + timedelta(milliseconds=number)
        cited = (
            (Citation("https://example.org/source", "A source", None, None),) if number % 2 else ()
        )
        found.append(
            Message(
                id=uuid7(at), conversation_id=conversation,
                parent_id=found[-1].id if found else None, role=role, text=text, state="complete",
                created_at=at, updated_at=at, citations=cited,
            )
        )  # fmt: skip
    head = Conversation(
        id=conversation, title="Safety first", pinned=False, leaf_id=found[-1].id,
        created_at=now, updated_at=now,
    )  # fmt: skip
    async with container.database.unit_of_work() as db:
        await copies.import_messages(db, container.vault, person, [head], found)
    return conversation, [one.id for one in found]


async def share(client: Client, conversation: UUID, **part: Any) -> dict[str, Any]:
    """Preview, then publish."""
    path = f"/api/conversations/{conversation}/shares"
    status, seen = await client.call("POST", f"{path}/preview", part)
    assert status == 200, seen
    status, made = await client.call("POST", path, part | {"sha256": seen["sha256"], "days": 7})
    assert status == 201, made
    assert made["messages"] == len(seen["messages"])
    return dict(made)


async def page(app: Running, url: str) -> tuple[int, str, Any]:
    """The page as somebody without a session gets it."""
    async with app.http.get(url) as response:
        return response.status, await response.text(), response.headers


async def test_the_page_shows_what_was_previewed_and_runs_nothing(app: Running) -> None:
    """No script, nothing from other hosts, not indexed, everything escaped; without a name unless
    one was chosen."""
    ann = await app.sign_in()
    conversation, ids = await said(app, QUESTION, ANSWER)
    made = await share(ann, conversation, lastId=str(ids[-1]))
    status, html, headers = await page(app, made["url"])
    assert status == 200
    assert headers["x-robots-tag"].startswith("noindex")
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'nonce-")
    assert "script-src" not in policy
    assert not re.search(r"<(script|img|iframe|link|object|form)\b", html)
    assert not re.search(r"""(src|href)=["'](?!https://(example\.org|t\.me)/|/)""", html)
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    for shown in (
        "<strong>quite</strong>",
        "<h2>Yes</h2>",
        "Safety first",
        "<code>&lt;img src=x&gt;",
    ):
        assert shown in html
    assert 'class="right">&lt;i&gt;2' in html or 'class="right"><i>' not in html
    assert "https://example.org/source" in html
    assert "Zebedee" not in html
    assert str(ANN) not in html + made["url"]
    named = await share(ann, conversation, lastId=str(ids[-1]), author="Ann <3")
    assert "Ann &lt;3" in (await page(app, named["url"]))[1]


async def test_the_preview_shows_everything_that_is_public(app: Running) -> None:
    """The page names the answering model and the cited pages, so the preview shows them too."""
    ann = await app.sign_in()
    start = (await ann.ask("Hello", modelId=SIMULATED))[0]
    path = f"/api/conversations/{start['conversationId']}/shares/preview"
    _, seen = await ann.call("POST", path, {"lastId": start["message"]["id"]})
    assert "simulation" in seen["messages"][-1]["modelName"]
    conversation, ids = await said(app, QUESTION, ANSWER)
    path = f"/api/conversations/{conversation}/shares/preview"
    _, seen = await ann.call("POST", path, {"lastId": str(ids[-1])})
    question, answer = seen["messages"]
    assert (question["modelName"], question["sources"]) == (None, [])
    assert answer["sources"] == [{"url": "https://example.org/source", "title": "A source"}]


async def test_sharing_one_turn(app: Running) -> None:
    """Only one question and its answer: neither earlier messages nor the conversation's title."""
    ann = await app.sign_in()
    conversation, ids = await said(app, "first", "one", "second", "two", "third", "three")
    made = await share(ann, conversation, firstId=str(ids[2]), lastId=str(ids[3]))
    _, html, _ = await page(app, made["url"])
    assert "second" in html
    assert "two" in html
    for other in ("first", "third", "three", "Safety first"):
        assert other not in html


async def test_only_what_was_previewed_is_shared(app: Running) -> None:
    """If the answer, the name or the part has changed since the preview, sharing is refused, and
    nothing is public."""
    ann = await app.sign_in()
    conversation, ids = await said(app, "one", "two", "three", "four")
    path = f"/api/conversations/{conversation}/shares"
    _, seen = await ann.call("POST", f"{path}/preview", {"lastId": str(ids[1])})
    for other in ({"lastId": str(ids[3])}, {"lastId": str(ids[1]), "author": "Ann"}):
        status, problem = await ann.call("POST", path, other | {"sha256": seen["sha256"]})
        assert (status, problem["code"]) == (409, "share_changed")
    assert (await ann.call("GET", "/api/shares"))[1]["items"] == []


async def test_a_closed_link_is_a_404_page(app: Running) -> None:
    """Ended, expired, of a deleted conversation, foreign or invented: the same page."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    conversation, ids = await said(app, "one", "two")
    ended = await share(ann, conversation, lastId=str(ids[1]))
    over = await share(ann, conversation, lastId=str(ids[1]))
    other, others = await said(app, "one", "two")
    gone = await share(ann, other, lastId=str(others[1]))
    assert (await eve.call("DELETE", f"/api/shares/{ended['id']}"))[0] == 404
    assert (await page(app, ended["url"]))[0] == 200
    assert (await ann.call("DELETE", f"/api/shares/{ended['id']}"))[0] == 204
    assert (await ann.call("DELETE", f"/api/conversations/{other}"))[0] == 204
    urls = [ended["url"], gone["url"], over["url"][:-4] + "AAAA", app.origin + "/s/nonsense"]
    for url in urls:
        status, html, headers = await page(app, url)
        assert status == 404
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert "This link isn’t open" in html
        assert headers["x-robots-tag"].startswith("noindex")
    assert (await page(app, over["url"]))[0] == 200
    for _ in range(7):
        await pass_time(app, 24 * 3600)
    assert (await page(app, over["url"]))[0] == 404


async def test_continuing_makes_a_copy(app: Running) -> None:
    """Eve continues in her own copy; Ann's conversation is unchanged, and her ids are in
    neither."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    conversation, ids = await said(app, "one", "two")
    made = await share(ann, conversation, lastId=str(ids[1]))
    token = made["url"].rsplit("/", 1)[1]
    status, copied = await eve.call("POST", "/api/shares/continue", {"token": token})
    assert (status, copied["title"]) == (201, "Safety first")
    await eve.ask("and on", conversation=UUID(copied["id"]), create=False, modelId=SIMULATED)
    _, hers = await eve.call("GET", f"/api/conversations/{copied['id']}/messages")
    assert [one["text"] for one in hers["items"]][:3] == ["one", "two", "and on"]
    assert hers["items"][2]["parentId"] == hers["items"][1]["id"]
    assert not {one["id"] for one in hers["items"]} & {str(one) for one in ids}
    _, kept = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    assert len(kept["items"]) == 2
    assert (await eve.call("GET", f"/api/conversations/{conversation}"))[0] == 404
    status, problem = await eve.call("POST", "/api/shares/continue", {"token": token[:-4] + "AAAA"})
    assert (status, problem["code"]) == (404, "share_not_found")


async def test_only_ones_own_can_be_shared(app: Running) -> None:
    """Not another person's conversation, not another person's message, and not a temporary
    conversation."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    conversation, ids = await said(app, "one", "two")
    own, _ = await said(app, "mine", "too", person=EVE)
    for place in (conversation, own):
        path = f"/api/conversations/{place}/shares/preview"
        assert (await eve.call("POST", path, {"lastId": str(ids[1])}))[0] == 404
    temporary = temporary_id()
    found = await ann.ask("words", conversation=temporary, modelId=SIMULATED)
    path = f"/api/conversations/{temporary}/shares/preview"
    status, problem = await ann.call("POST", path, {"lastId": found[0]["message"]["id"]})
    assert (status, problem["code"]) == (409, "share_of_temporary")


@pytest.mark.parametrize(("days", "status"), [(0, 400), (1, 201), (365, 201), (366, 400)])
async def test_a_link_ends_within_a_year(app: Running, days: int, status: int) -> None:
    """At least a day, at most a year."""
    ann = await app.sign_in()
    conversation, ids = await said(app, "one", "two")
    path = f"/api/conversations/{conversation}/shares"
    part = {"lastId": str(ids[1])}
    _, seen = await ann.call("POST", f"{path}/preview", part)
    wanted = part | {"sha256": seen["sha256"], "days": days}
    assert (await ann.call("POST", path, wanted))[0] == status


async def test_a_picture_for_a_story_is_public_for_an_hour(app: Running) -> None:
    """Through an unguessable link to that picture alone, which expires; only its owner can create
    it, and only for a picture."""
    ann, eve = await app.sign_in(), await app.sign_in(EVE)
    _, card = await upload(ann, picture("PNG"), "sky.png", "image/png")
    status, made = await ann.call("POST", f"/api/files/{card['id']}/link")
    assert status == 201
    assert str(ANN) not in made["url"]
    async with app.http.get(made["url"]) as response:
        assert (response.status, response.content_type) == (200, "image/jpeg")
        assert response.headers["x-robots-tag"].startswith("noindex")
        assert len(await response.read()) > 50
    for url in (made["url"][:-2], made["url"] + "A"):
        assert (await page(app, url))[0] == 404
    assert (await eve.call("POST", f"/api/files/{card['id']}/link"))[0] == 404
    _, text = await upload(ann, b"No picture", "notes.txt", "text/plain")
    assert (await ann.call("POST", f"/api/files/{text['id']}/link"))[0] == 404
    await pass_time(app, 3_600)
    assert (await page(app, made["url"]))[0] == 404


async def test_deleted_messages_disappear_from_the_link(app: Running) -> None:
    """At once, and shown again if that is undone; when deletion is final, also from the link's
    stored copy."""
    ann = await app.sign_in()
    conversation, ids = await said(app, "First", "Answer one", "Second", "Answer two")
    made = await share(ann, conversation, lastId=str(ids[-1]))
    assert (await ann.call("DELETE", f"/api/messages/{ids[2]}"))[0] in (200, 204)
    _, html, _ = await page(app, made["url"])
    assert "Answer one" in html
    assert "Answer two" not in html
    assert "Second" not in html
    assert (await ann.call("POST", f"/api/messages/{ids[2]}/restore"))[0] in (200, 204)
    assert "Answer two" in (await page(app, made["url"]))[1]
    await ann.call("DELETE", f"/api/messages/{ids[2]}")
    container, after = app.container, app.container.clock() + UNDO_LIFE
    async with container.database.unit_of_work() as db:
        await forget_overdue(db, container.vault, ANN, after)
    async with container.database.snapshot() as db:
        row = (await db.execute(sa.select(shares))).one()
        cipher = await container.vault.cipher(db, ANN)
    kept = cipher.open_bytes(row.content, f"share:{row.id.hex}")
    assert b"Answer one" in kept
    assert b"Answer two" not in kept


async def test_a_link_without_content_is_closed(app: Running) -> None:
    """Its page says so and it is not listed; the same when the conversation is deleted."""
    ann = await app.sign_in()
    conversation, ids = await said(app, "First", "Answer one")
    made = await share(ann, conversation, lastId=str(ids[-1]))
    await ann.call("DELETE", f"/api/messages/{ids[0]}")
    assert (await page(app, made["url"]))[0] == 404
    assert (await ann.call("GET", "/api/shares"))[1]["items"] == []
    await ann.call("POST", f"/api/messages/{ids[0]}/restore")
    assert (await page(app, made["url"]))[0] == 200
    await ann.call("DELETE", f"/api/conversations/{conversation}")
    assert (await page(app, made["url"]))[0] == 404
