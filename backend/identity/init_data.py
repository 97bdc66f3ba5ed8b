"""Telegram's init data, the signed launch string of a Mini App: verifying and signing.

Pure: no database, no clock, no network. `sign` is the exact inverse of `verify`. The emulator has
its own; a contract test checks it against this one. The rules are Telegram's own
(core.telegram.org/bots/webapps: "Validating data received via the Mini App"), and stricter than
most: parsed once, no duplicates, no JSON decoded before the signature is verified, and an expiry.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from backend.errors import (
    InitDataDateMalformed,
    InitDataDuplicateField,
    InitDataExpired,
    InitDataForged,
    InitDataFromFuture,
    InitDataHashInvalid,
    InitDataHashMissing,
    InitDataMalformed,
    InitDataMissing,
    InitDataSignatureInvalid,
    InitDataSignatureMissing,
    InitDataTooLong,
    InitDataUserIsBot,
    InitDataUserMalformed,
    InitDataUserMissing,
)

MAX_LENGTH: Final = 8192
"""The longest string accepted, in characters. Real ones stay below two thousand."""
MAX_FIELDS: Final = 32
CLOCK_SKEW: Final = timedelta(seconds=60)
"""How far Telegram's clock may be ahead of ours."""

# Both published on core.telegram.org/bots/webapps, for data shared with third parties.
PRODUCTION_PUBLIC_KEY: Final = bytes.fromhex(
    "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d"
)
TEST_PUBLIC_KEY: Final = bytes.fromhex(
    "40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec"
)

_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{86}")
_AUTH_DATE = re.compile(r"[0-9]{1,12}")

_T = TypeVar("_T")
TelegramId = Annotated[int, msgspec.Meta(ge=1, lt=2**52)]
"""A user's id: positive, at most 52 significant bits (Bot API, `User.id`)."""


class TelegramUser(msgspec.Struct, frozen=True):
    """`WebAppUser`: who opened the Mini App. Only for the client; never stored."""

    id: TelegramId
    first_name: str
    is_bot: bool = False
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_premium: bool = False
    allows_write_to_pm: bool = False
    added_to_attachment_menu: bool = False
    photo_url: str | None = None


class TelegramChat(msgspec.Struct, frozen=True):
    """`WebAppChat`: the chat the Mini App was opened from through the attachment menu."""

    id: int
    type: str
    title: str
    username: str | None = None
    photo_url: str | None = None


class InitData(msgspec.Struct, frozen=True, kw_only=True):
    """The signed fields, named as Telegram does; unknown ones are left out."""

    user: TelegramUser
    auth_date: datetime
    receiver: TelegramUser | None = None
    chat: TelegramChat | None = None
    query_id: str | None = None
    chat_type: str | None = None
    chat_instance: str | None = None
    start_param: str | None = None
    can_send_after: str | None = None
    chat_join_request_query_id: str | None = None


def verify(raw: str, token: str, now: datetime, max_age: timedelta) -> InitData:
    """Check init data against the bot's token and read it.

    Raises only subclasses of `InitDataError`, one for each reason.
    """
    fields = _parse(raw)
    received = fields.pop("hash", None)
    if received is None:
        raise InitDataHashMissing
    if not _HASH.fullmatch(received):
        raise InitDataHashInvalid
    if not hmac.compare_digest(_hash(fields, token).encode("ascii"), received.encode("ascii")):
        raise InitDataForged
    return _read(fields, now, max_age)


def verify_third_party(
    raw: str,
    bot_id: int,
    now: datetime,
    max_age: timedelta,
    public_key: bytes = PRODUCTION_PUBLIC_KEY,
) -> InitData:
    """Check a launch of another bot, whose token is unknown, with Telegram's public key.

    `hash` is outside this signature, so nothing is read from it. Raises as `verify` does.
    """
    fields = _parse(raw)
    fields.pop("hash", None)
    received = fields.pop("signature", None)
    if received is None:
        raise InitDataSignatureMissing
    signature = _decode_signature(received)
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, _third_party_string(fields, str(bot_id)))
    except InvalidSignature:
        raise InitDataForged from None
    return _read(fields, now, max_age)


def sign(fields: Mapping[str, str], token: str, *, ed25519_private_key: bytes | None = None) -> str:
    """Make the launch string of a Mini App as Telegram does, `hash` last.

    With a private key (32 raw bytes) the third-party `signature` is added too. Raises ValueError
    for fields that Telegram cannot sign: `hash`, a blank name, a line break.
    """
    if "hash" in fields or not all(_is_signable(name, value) for name, value in fields.items()):
        raise ValueError("a field that cannot be signed")
    signed = dict(fields)
    if ed25519_private_key is not None:
        signed.pop("signature", None)
        key = Ed25519PrivateKey.from_private_bytes(ed25519_private_key)
        signature = key.sign(_third_party_string(signed, token.partition(":")[0]))
        signed["signature"] = _encode_signature(signature)
    signed["hash"] = _hash(signed, token)
    return urlencode(signed, quote_via=quote, safe="")


def _parse(raw: str) -> dict[str, str]:
    if not raw:
        raise InitDataMissing
    if len(raw) > MAX_LENGTH:
        raise InitDataTooLong(limit=MAX_LENGTH)
    try:
        pairs = parse_qsl(
            raw,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:  # UnicodeDecodeError is one of them
        raise InitDataMalformed from None
    if not all(_is_signable(name, value) for name, value in pairs):
        raise InitDataMalformed
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InitDataDuplicateField
    return fields


def _is_signable(name: str, value: str) -> bool:
    """Whether "name=value" on its own line is unambiguous.

    With a line break, or "=" in a name, one field could be read as two under the same signature.
    Lone surrogates have no bytes to sign. Telegram sends none of these.
    """
    line = name + value
    return bool(name) and "=" not in name and "\n" not in line and _is_unicode(line)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_string(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields))


def _hash(fields: Mapping[str, str], token: str) -> str:
    """Telegram's HMAC over every field but `hash`; it covers `signature` too."""
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    return hmac.digest(secret, _check_string(fields).encode(), hashlib.sha256).hex()


def _third_party_string(fields: Mapping[str, str], bot_id: str) -> bytes:
    return f"{bot_id}:WebAppData\n{_check_string(fields)}".encode()


def _encode_signature(signature: bytes) -> str:
    return base64.urlsafe_b64encode(signature).decode("ascii").rstrip("=")


def _decode_signature(text: str) -> bytes:
    if not _SIGNATURE.fullmatch(text):
        raise InitDataSignatureInvalid
    signature = base64.urlsafe_b64decode(text + "==")
    # The last letter has four unused bits. They must be zero, so that a signature has one spelling.
    if _encode_signature(signature) != text:
        raise InitDataSignatureInvalid
    return signature


def _read(fields: Mapping[str, str], now: datetime, max_age: timedelta) -> InitData:
    """Parse the fields of verified data; JSON may be decoded from here on."""
    auth_date = _check_date(fields.get("auth_date", ""), now, max_age)
    if "user" not in fields:
        raise InitDataUserMissing
    user = _decode(fields["user"], TelegramUser)
    if user is None:
        raise InitDataUserMalformed
    if user.is_bot:
        raise InitDataUserIsBot
    return InitData(
        user=user,
        auth_date=auth_date,
        receiver=_optional(fields, "receiver", TelegramUser),
        chat=_optional(fields, "chat", TelegramChat),
        query_id=fields.get("query_id"),
        chat_type=fields.get("chat_type"),
        chat_instance=fields.get("chat_instance"),
        start_param=fields.get("start_param"),
        can_send_after=fields.get("can_send_after"),
        chat_join_request_query_id=fields.get("chat_join_request_query_id"),
    )


def _check_date(text: str, now: datetime, max_age: timedelta) -> datetime:
    if not _AUTH_DATE.fullmatch(text):
        raise InitDataDateMalformed
    age = now.timestamp() - int(text)
    if age < -CLOCK_SKEW.total_seconds():
        raise InitDataFromFuture
    if age > max_age.total_seconds():
        raise InitDataExpired
    return datetime.fromtimestamp(int(text), UTC)


def _optional(fields: Mapping[str, str], name: str, type_: type[_T]) -> _T | None:
    if name not in fields:
        return None
    value = _decode(fields[name], type_)
    if value is None:
        raise InitDataMalformed(field=name)
    return value


def _decode(text: str, type_: type[_T]) -> _T | None:
    try:
        return msgspec.json.decode(text, type=type_)
    except (msgspec.MsgspecError, RecursionError):
        return None
