"""A citation: one type from the provider's event to the database, the stream and the API."""

from msgspec import Struct


class Citation(Struct, frozen=True):
    """A source of an answer.

    `start` and `end` are offsets in code points of the answer's text; both are None for a source
    of the answer as a whole.
    """

    url: str
    title: str
    start: int | None
    end: int | None
