"""Muting the bot's notices: which can be muted, and which cannot."""

from typing import Any

from backend.billing import notices
from tests.fixtures.app import ANN, EVE, Running


async def test_muting_and_unmuting(app: Running) -> None:
    """Each kind separately, worded in the person's language, and only the person's own."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE, "ru")
    kind = notices.MUTABLE[0]
    _, shown = await ann.call("GET", "/api/notices")
    assert [one["kind"] for one in shown["items"]] == list(notices.MUTABLE)
    assert all(one["wanted"] and "." not in one["name"] for one in shown["items"])
    for wanted in (False, False, True):
        status, shown = await ann.call("PATCH", "/api/notices", {"kind": kind, "wanted": wanted})
        assert status == 200
        found = {one["kind"]: one["wanted"] for one in shown["items"]}
        assert found == dict.fromkeys(notices.MUTABLE, True) | {kind: wanted}
    _, theirs = await eve.call("GET", "/api/notices")
    assert theirs["items"][0]["name"] != shown["items"][0]["name"]


async def test_required_notices_cannot_be_muted(app: Running) -> None:
    """Receipts, refunds and notices about coming charges; and unknown kinds."""
    ann = await app.sign_in()
    for kind in ("receipt", "refunded", "renewal_soon", "", "nonsense", "trial_ending,receipt"):
        status, problem = await ann.call("PATCH", "/api/notices", {"kind": kind, "wanted": False})
        assert (status, problem["code"]) == (400, "invalid_field")
    bodies: list[Any] = [{}, {"kind": "ended"}, {"wanted": True}, {"kind": 1, "wanted": True}, []]
    for body in bodies:
        assert (await ann.call("PATCH", "/api/notices", body))[0] == 400
    _, shown = await ann.call("GET", "/api/notices")
    assert all(one["wanted"] for one in shown["items"])
