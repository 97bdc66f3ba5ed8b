"""Bearer tokens: signed bytes that identify a session, so that requests need no database read.

Pure: the clock is an argument. A token lives for two hours and slides: in the second half of
its life a fresh one is handed out, up to the session's own end. Revocation is kept apart, in
`revocations.py`.
"""

import base64
import binascii
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Final
from uuid import UUID

import msgspec

from backend.errors import SessionExpired, SessionInvalid

LIFE: Final = timedelta(hours=2)
"""How long one token is good for."""
SESSION_LIFE: Final = timedelta(days=7)
"""How long a session can be renewed; after that, new init data is needed."""
KEY_PURPOSE: Final = "tanya session tokens"
"""What the signing key is derived for (`backend.db.derive_key`)."""

# version, user id, session id, then three moments in seconds: issued, expires, session's end.
# The language's letters follow, then the MAC.
_HEAD = Struct(">BQ16sIII")
_VERSION = 1
_MAC_BYTES = 32
_FORM = re.compile(r"[A-Za-z0-9_-]{90,140}")


class TokenClaims(msgspec.Struct, frozen=True):
    """What a token says. Moments are whole seconds since 1970, UTC."""

    user_id: int
    session_id: UUID
    language: str
    issued: int
    expires: int
    session_ends: int


class Token(msgspec.Struct, frozen=True):
    """A token as the client gets it."""

    value: str
    expires_at: datetime


def new_session(user_id: int, session_id: UUID, language: str, now: datetime) -> TokenClaims:
    """The claims of a new session."""
    issued = int(now.timestamp())
    ends = issued + int(SESSION_LIFE.total_seconds())
    return TokenClaims(user_id, session_id, language, issued, _expiry(issued, ends), ends)


def renew(claims: TokenClaims, now: datetime) -> TokenClaims | None:
    """Claims with a later expiry; None if not due yet, or past the session's end."""
    moment = int(now.timestamp())
    if 2 * moment <= claims.issued + claims.expires:
        return None
    expires = _expiry(moment, claims.session_ends)
    if expires <= claims.expires:
        return None
    return msgspec.structs.replace(claims, issued=moment, expires=expires)


def issue(claims: TokenClaims, key: bytes) -> Token:
    """Sign claims."""
    body = _HEAD.pack(
        _VERSION,
        claims.user_id,
        claims.session_id.bytes,
        claims.issued,
        claims.expires,
        claims.session_ends,
    ) + claims.language.encode("ascii")
    signed = body + hmac.digest(key, body, hashlib.sha256)
    value = base64.urlsafe_b64encode(signed).rstrip(b"=").decode("ascii")
    return Token(value, datetime.fromtimestamp(claims.expires, UTC))


def verify(value: str, key: bytes, now: datetime) -> TokenClaims:
    """Read a token.

    Raises:
        SessionInvalid: it was not signed with this key.
        SessionExpired: its time is over.
    """
    body = _authentic(value, key)
    version, user_id, session_id, issued, expires, ends = _HEAD.unpack_from(body)
    if version != _VERSION:
        raise SessionInvalid
    if now.timestamp() >= expires:
        raise SessionExpired
    language = body[_HEAD.size :].decode("ascii")
    return TokenClaims(user_id, UUID(bytes=session_id), language, issued, expires, ends)


def _authentic(value: str, key: bytes) -> bytes:
    """The signed bytes, if their MAC is valid."""
    if not _FORM.fullmatch(value):
        raise SessionInvalid
    try:
        signed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error:
        raise SessionInvalid from None
    body, mac = signed[:-_MAC_BYTES], signed[-_MAC_BYTES:]
    if not hmac.compare_digest(hmac.digest(key, body, hashlib.sha256), mac):
        raise SessionInvalid
    return body


def _expiry(issued: int, session_ends: int) -> int:
    return min(issued + int(LIFE.total_seconds()), session_ends)
