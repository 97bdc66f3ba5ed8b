"""What is done about a customer's message, by account, chat and moment alone.

Exercises backend/business/decisions.py and backend/business/schemas.py.
"""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.bot.handlers.business_owner import read_away, read_handover
from backend.business import (
    BusinessAccount,
    CustomerChat,
    decide,
    is_authorised,
    is_away,
    wants_person,
)

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
ACCOUNT = BusinessAccount(
    user_id=1,
    connection_id="c",
    enabled=True,
    can_reply=True,
    mode="auto",
    stays_here=False,
    authorised=frozenset({"xai"}),
    knowledge="",
    handover=(),
    away_from=None,
    away_to=None,
    time_zone=None,
    daily_limit=20,
)
CHAT = CustomerChat(
    customer_id=2, history=(), heard_at=NOON, paused_until=None, answered=0, introduced=False
)


def test_modes() -> None:
    """Off reads nothing; a draft is the default of what reads; without the right to reply an
    answer becomes a draft."""
    assert decide(replace(ACCOUNT, mode="off"), CHAT, NOON) == "silent"
    assert decide(replace(ACCOUNT, mode="draft"), CHAT, NOON) == "draft"
    assert decide(ACCOUNT, CHAT, NOON) == "answer"
    assert decide(replace(ACCOUNT, can_reply=False), CHAT, NOON) == "draft"


def test_what_makes_it_silent() -> None:
    """A connection that is over, nobody authorised, a pause, a day without a word, the limit."""
    assert decide(replace(ACCOUNT, enabled=False), CHAT, NOON) == "silent"
    assert decide(replace(ACCOUNT, authorised=None), CHAT, NOON) == "silent"
    assert decide(replace(ACCOUNT, authorised=None, stays_here=True), CHAT, NOON) == "answer"
    paused = replace(CHAT, paused_until=NOON + timedelta(seconds=1))
    assert decide(ACCOUNT, paused, NOON) == "silent"
    assert decide(ACCOUNT, paused, NOON + timedelta(seconds=1)) == "answer"
    assert decide(ACCOUNT, CHAT, NOON + timedelta(hours=24, seconds=1)) == "silent"
    assert decide(ACCOUNT, replace(CHAT, answered=20), NOON) == "silent"


@pytest.mark.parametrize(
    ("hour", "away"), [(17, False), (18, True), (23, True), (8, True), (9, False)]
)
def test_hours_go_over_midnight_by_the_owners_clock(hour: int, away: bool) -> None:
    """From 18:00 to 9:00 in Lisbon, which is UTC in winter."""
    away_account = replace(
        ACCOUNT, mode="away", away_from=18 * 60, away_to=9 * 60, time_zone="Europe/Lisbon"
    )
    moment = NOON.replace(hour=hour)
    assert is_away(away_account, moment) is away
    heard = replace(CHAT, heard_at=moment)
    assert decide(away_account, heard, moment) == ("answer" if away else "draft")


def test_hours_are_read_or_refused() -> None:
    """With a zone, or the one that is known; a time or a zone that there is not is none."""
    assert read_away("away 18:00-09:30 Europe/Lisbon", None) == (1080, 570, "Europe/Lisbon")
    assert read_away("away 18:00 - 9:00", "Europe/Rome") == (1080, 540, "Europe/Rome")
    for wrong in ("away 18:00-09:00", "away 25:00-09:00 UTC", "away 1:00-2:75 UTC", "away", "x"):
        assert read_away(wrong, None) is None
    assert read_away("away 18:00-09:00 Nowhere/Land", "Europe/Rome") is None


def test_words_ask_for_a_person_in_any_script() -> None:
    """As the owner wrote them, between the commas of any language; large or small."""
    words = read_handover(" Human,人工，оператор، موظف ,, human")
    assert words == ("Human", "人工", "оператор", "موظف", "human")
    account = replace(ACCOUNT, handover=words)
    for said in ("a HUMAN please", "我要转人工服务", "Позовите ОПЕРАТОРА", "أريد موظف"):
        assert wants_person(account, said)
    assert not wants_person(account, "How much is a loaf?")
    assert not wants_person(ACCOUNT, "a human please")
    assert read_handover(" ") == ()


def test_words_go_only_where_the_owner_said() -> None:
    """Providers that were agreed to later are not meant; on this server nothing else is asked."""
    assert is_authorised(ACCOUNT, {"xai"})
    assert is_authorised(ACCOUNT, set())
    assert not is_authorised(ACCOUNT, {"xai", "other"})
    assert not is_authorised(replace(ACCOUNT, authorised=None), {"xai"})
    assert is_authorised(replace(ACCOUNT, authorised=None, stays_here=True), {"xai"})
