"""Master keys: what is derived from them, and two of them at once while they are rotated.

Exercises backend/db/cipher.py.
"""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.bot.inbox.webhook import accepted_secrets, is_from_telegram, webhook_secret
from backend.db import KeyRing, RotatingCipher, derive_key, new_master_key
from backend.errors import SettingsInvalid, TextUnreadable
from backend.settings import Settings

MASTER = bytes(range(32))
PARTS = st.lists(st.text(max_size=8), max_size=4)


@given(PARTS, PARTS)
def test_other_contexts_have_other_keys(one: list[str], other: list[str]) -> None:
    """Two contexts never share a key, even where their parts joined are equal."""
    same = derive_key(MASTER, "purpose", *one) == derive_key(MASTER, "purpose", *other)
    assert same == (one == other)


def test_a_key_without_context_is_what_it_was() -> None:
    """Keys that were derived before contexts existed stay, so that what they sealed opens."""
    known = "412a96989b31b905"
    assert derive_key(MASTER, "tanya user keys").hex().startswith(known)


def test_a_ring_seals_with_the_current_key_and_opens_with_both() -> None:
    """What the previous key sealed opens; what is sealed now needs the current key."""
    old, new = os.urandom(32), os.urandom(32)
    before = RotatingCipher(*KeyRing(old).derive_all("p")).seal("words", "x")
    ring = RotatingCipher(*KeyRing(new, old).derive_all("p"))
    after = ring.seal("words", "x")
    assert ring.open(before, "x") == ring.open(after, "x") == "words"
    assert RotatingCipher(*KeyRing(new).derive_all("p")).open(after, "x") == "words"
    with pytest.raises(TextUnreadable):
        RotatingCipher(*KeyRing(old).derive_all("p")).open(after, "x")


def test_a_malformed_previous_key_is_named() -> None:
    """The line says which of the two variables is wrong."""
    settings = Settings(master_key=new_master_key(), master_key_previous="short")
    with pytest.raises(SettingsInvalid) as caught:
        KeyRing.from_settings(settings)
    assert caught.value.details["name"] == "MASTER_KEY_PREVIOUS"


def test_telegrams_old_secret_is_accepted_meanwhile() -> None:
    """Updates go on arriving between a new MASTER_KEY and `tanya telegram setup`."""
    old, new = new_master_key(), new_master_key()
    before = Settings(master_key=old)
    meanwhile = Settings(master_key=new, master_key_previous=old)
    assert webhook_secret(meanwhile) == webhook_secret(Settings(master_key=new))
    assert is_from_telegram(meanwhile, webhook_secret(before))
    assert len(accepted_secrets(meanwhile)) == 2
    assert not is_from_telegram(Settings(master_key=new), webhook_secret(before))
    assert not is_from_telegram(meanwhile, None)
