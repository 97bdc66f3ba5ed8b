"""Cursors of the list, as opaque text for clients. Pure."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from struct import Struct
from struct import error as StructError
from typing import Final
from uuid import UUID

import msgspec

from backend.errors import CursorInvalid

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LATEST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_FORM = Struct(">B?Q16s")
_VERSION = 1
_LENGTH = 35  # of 26 bytes in base64 without padding


class Position(msgspec.Struct, frozen=True):
    """A place in the list's order: pinned first, then the latest change, then the id."""

    pinned: bool
    updated_at: datetime
    id: UUID


def encode(position: Position) -> str:
    """The text of a position. It is not secret: it is only compared with the person's own rows."""
    microseconds = (position.updated_at - _EPOCH) // _MICROSECOND
    packed = _FORM.pack(_VERSION, position.pinned, microseconds, position.id.bytes)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode(text: str) -> Position:
    """The position of a text that `encode` made.

    Raises:
        CursorInvalid: it was not made so.
    """
    if len(text) != _LENGTH or not text.isascii():
        raise CursorInvalid
    try:
        packed = base64.b64decode(text + "=", altchars=b"-_", validate=True)
        version, pinned, microseconds, id_bytes = _FORM.unpack(packed)
    except (binascii.Error, StructError):
        raise CursorInvalid from None
    if version != _VERSION or microseconds > _LATEST:
        raise CursorInvalid
    return Position(pinned, _EPOCH + microseconds * _MICROSECOND, UUID(bytes=id_bytes))
