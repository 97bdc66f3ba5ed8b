"""The text of an error in one language: the only place that maps codes to texts."""

from typing import NamedTuple

from backend.errors.base import Detail, TanyaError, Unavailable
from backend.i18n import Translator

__all__ = [
    "ErrorWording",
    "for_people",
    "word_code",
    "word_error",
]


class ErrorWording(NamedTuple):
    """A short title, and what can be done about it."""

    title: str
    detail: str


def word_code(code: str, t: Translator, **details: Detail) -> ErrorWording:
    """The text of a code; missing details leave their `{name}` in it."""
    return ErrorWording(
        t(f"error.{code}.title", **details),
        t(f"error.{code}.detail", **details),
    )


def word_error(error: TanyaError, t: Translator) -> ErrorWording:
    """The text of an error, with its details."""
    known = {name: value for name, value in error.details.items() if value is not None}
    return word_code(error.code, t, **known)


def for_people(error: TanyaError) -> TanyaError:
    """The error for a person: one for the operator becomes a general one."""
    if not error.for_operator:
        return error
    general = Unavailable if error.status == Unavailable.status else TanyaError
    return general(retry_after=error.retry_after)
