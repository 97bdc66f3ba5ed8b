"""What people are told of errors, in every language.

Exercises backend/errors/generation.py, backend/errors/privacy.py, backend/errors/base.py,
backend/errors/billing.py, backend/errors/files.py, backend/errors/identity.py,
backend/errors/conversations.py, backend/errors/models.py, backend/errors/control.py,
backend/errors/server.py.
"""

import re
from collections.abc import Iterator

import pytest

import backend.errors
from backend.errors import PortBusy, SettingsInvalid, StorageBusy, TanyaError
from backend.errors.wording import for_people, word_error
from backend.i18n import languages, translator
from backend.settings import Settings, variable

SETTINGS = [variable(field) for field in Settings.__struct_fields__]
FOR_OPERATORS = re.compile(r"`|\btanya [a-z-]+|\b(?:" + "|".join(SETTINGS) + r")\b")


def kinds(base: type[TanyaError] = TanyaError) -> Iterator[type[TanyaError]]:
    """Every kind of error."""
    yield base
    for kind in base.__subclasses__():
        yield from kinds(kind)


WORTH_IT_AT_ONCE = {
    "consent_needed",
    "erasure_while_answering",
    "erasure_while_paying",
    "page_timed_out",
    "page_unreachable",
    "session_expired",
    "session_invalid",
}
"""What the person, the network or a new session ends, though the status calls it their fault."""
HOPELESS = {
    "agreements_invalid",
    "answer_too_long",
    "catalog_invalid",
    "file_storage_full",
    "images_not_available",
    "movement_unbalanced",
    "no_checker",
    "no_model_fits",
    "provider_exhausted",
    "provider_rejected_key",
    "provider_rejected_request",
    "search_not_available",
    "settings_invalid",
    "text_unreadable",
    "too_many_schedules",
    "voice_not_available",
}
"""What only another request, or the operator's work, ends."""


def test_trying_again_is_offered_only_where_it_can_help() -> None:
    """Each code by its status: what waiting or paying ends, or the server's fault; and the
    exceptions, by name."""
    named = {kind.code: kind for kind in kinds()}
    assert set(named) >= WORTH_IT_AT_ONCE | HOPELESS
    for code, kind in named.items():
        by_status = kind.status in (402, 408, 429) or kind.status >= 500
        wanted = code in WORTH_IT_AT_ONCE or (by_status and code not in HOPELESS)
        assert kind.worth_retrying is wanted, code


@pytest.mark.parametrize("language", languages())
def test_people_are_not_told_of_settings(language: str) -> None:
    """No text that an end user reads names a setting or a command; the operator's texts may."""
    assert len(backend.errors.__all__) > 100
    t = translator(language)
    found = {kind.code for kind in kinds() if FOR_OPERATORS.search(" ".join(word_error(kind(), t)))}
    told = {kind.code for kind in kinds() if not kind.for_operator}
    assert found
    assert found & told == set()


def test_what_is_for_operators_is_told_in_general() -> None:
    """Its status class and its time to come back stay; its code, words and details do not."""
    assert type(for_people(SettingsInvalid(name="BOT_TOKEN", reason="is wrong"))) is TanyaError
    told = for_people(PortBusy(port=8000, retry_after=3))
    assert (told.code, told.status, told.retry_after) == ("unavailable", 503, 3)
    assert told.details == {}
    busy = StorageBusy(retry_after=1)
    assert for_people(busy) is busy
