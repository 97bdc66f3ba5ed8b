"""Changes of the core that must never survive, each with the test that tells it apart.

`make mutate` makes these first; a sample may miss them. `tests/unit/test_named_mutations.py` holds
that the code and the tests still are what is written here.
"""

from typing import Final

from msgspec import Struct


class NamedMutation(Struct, frozen=True):
    """`old` stands in `module` once; with `new` in its place the test `test` of `file` fails."""

    module: str
    old: str
    new: str
    file: str
    test: str


NAMED: Final = (
    NamedMutation(
        "backend/generation/request/model_choice.py",
        "_CLASSES.index(m.price_class) <= limit",
        "_CLASSES.index(m.price_class) >= limit",
        "tests/unit/generation/test_model_choice.py",
        "test_no_dearer_model_stands_in",
    ),
    NamedMutation(
        "backend/generation/run/timer_wheel.py",
        "self._due = max(self._due, now - ROTATION)",
        "self._due = max(self._due, now - 100 * ROTATION)",
        "tests/unit/generation/test_wheel.py",
        "test_a_long_pause_is_owed_once",
    ),
    NamedMutation(
        "backend/metering/quota_statements.py",
        "quotas.c.cap_micro_dollars >= _SPENT + _HELD + _MOST",
        "quotas.c.cap_micro_dollars > _SPENT + _HELD + _MOST",
        "tests/integration/billing/test_quota.py",
        "test_a_cap_is_exact",
    ),
    NamedMutation(
        "backend/ledger/movements.py",
        "Entry(taker, currency, amount), Entry(giver, currency, -amount)",
        "Entry(taker, currency, -amount), Entry(giver, currency, amount)",
        "tests/unit/billing/test_movements.py",
        "test_stars_move_the_right_way",
    ),
    NamedMutation(
        "backend/identity/init_data.py",
        "if _encode_signature(signature) != text:",
        "if _encode_signature(signature) < text:",
        "tests/unit/identity/test_init_data.py",
        "test_third_party_signature_is_strict",
    ),
)
