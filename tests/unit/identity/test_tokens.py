"""Bearer tokens: what they say comes back, nothing else does, and they slide to a hard end."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import NotSignedIn, SessionExpired, SessionInvalid
from backend.identity import tokens
from backend.uuid7 import uuid7

KEY = b"k" * 32
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SESSION = uuid7(NOW)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def a_token() -> str:
    """A token issued at NOW."""
    return tokens.issue(tokens.new_session(42, SESSION, "ru", NOW), KEY).value


@given(
    user_id=st.integers(1, 2**52 - 1),
    session_id=st.uuids(),
    language=st.sampled_from(["en", "ru", "ar", "pt-br"]),
)
def test_claims_come_back(user_id: int, session_id: UUID, language: str) -> None:
    """Law: a token says what was signed."""
    claims = tokens.new_session(user_id, session_id, language, NOW)
    assert tokens.verify(tokens.issue(claims, KEY).value, KEY, NOW) == claims


def test_life_of_a_token() -> None:
    """A token is good until, and not at, the moment it names."""
    token = tokens.issue(tokens.new_session(42, SESSION, "ru", NOW), KEY)
    assert token.expires_at == NOW + tokens.LIFE
    second = timedelta(seconds=1)
    assert tokens.verify(token.value, KEY, token.expires_at - second).user_id == 42
    with pytest.raises(SessionExpired):
        tokens.verify(token.value, KEY, token.expires_at)


def test_renewed_in_the_second_half_only() -> None:
    """A fresh token comes when less than half the life is left, and lives a whole one."""
    claims = tokens.new_session(42, SESSION, "ru", NOW)
    half = NOW + tokens.LIFE / 2
    assert tokens.renew(claims, half) is None
    renewed = tokens.renew(claims, half + timedelta(seconds=1))
    assert renewed is not None
    assert renewed.expires - renewed.issued == tokens.LIFE.total_seconds()
    assert (renewed.user_id, renewed.session_id) == (42, SESSION)


def test_renewing_ends_with_the_session() -> None:
    """Renewed without a pause, a session still ends when it was to end from the start."""
    claims, now, end = tokens.new_session(42, SESSION, "ru", NOW), NOW, NOW + tokens.SESSION_LIFE
    while now < end:
        claims = tokens.renew(claims, now) or claims
        assert tokens.verify(tokens.issue(claims, KEY).value, KEY, now) == claims
        now += timedelta(minutes=7)
    with pytest.raises(SessionExpired):
        tokens.verify(tokens.issue(claims, KEY).value, KEY, end)
    assert tokens.renew(claims, end) is None


def test_other_keys_tokens_are_refused() -> None:
    """A token signed with another master key's derivation is not ours."""
    with pytest.raises(SessionInvalid):
        tokens.verify(a_token(), b"x" * 32, NOW)


@given(position=st.integers(0, len(a_token()) - 2), letter=st.sampled_from(LETTERS))
def test_any_changed_letter_is_refused(position: int, letter: str) -> None:
    """Law: no letter may differ. (The very last one holds two bits that no byte uses.)"""
    token = a_token()
    changed = token[:position] + letter + token[position + 1 :]
    if changed != token:
        with pytest.raises(SessionInvalid):
            tokens.verify(changed, KEY, NOW)


@given(text=st.text(max_size=200) | st.text(LETTERS, min_size=80, max_size=150))
def test_arbitrary_text_raises_only_our_errors(text: str) -> None:
    """Law: whatever is sent as a token is refused by name."""
    with pytest.raises(NotSignedIn):
        tokens.verify(text, KEY, NOW)
