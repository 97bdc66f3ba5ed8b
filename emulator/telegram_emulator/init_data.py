"""Signs a Mini App's init data as Telegram does.

Pure: no clock, no network, no other part of the emulator. The rules are Telegram's
(core.telegram.org/bots/webapps, "Validating data received via the Mini App").
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlencode


def sign(fields: Mapping[str, str], token: str, *, ed25519_private_key: bytes | None = None) -> str:
    """Make the init data with which Telegram would launch a Mini App, `hash` last.

    With a private key (32 raw bytes) the `signature` for third parties is added too.

    Raises:
        ValueError: for fields that Telegram could never sign: `hash`, a blank name, a line break.
    """
    if "hash" in fields or not all(_is_signable(name, value) for name, value in fields.items()):
        raise ValueError("a field that cannot be signed")
    signed = dict(fields)
    if ed25519_private_key is not None:
        signed.pop("signature", None)
        signed["signature"] = _signature(signed, token.partition(":")[0], ed25519_private_key)
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    # `signature` is one of the fields that the hash covers.
    signed["hash"] = hmac.digest(secret, _check_string(signed).encode(), hashlib.sha256).hex()
    return urlencode(signed, quote_via=quote, safe="")


def _signature(fields: Mapping[str, str], bot_id: str, private_key: bytes) -> str:
    # Imported here, since a start does not need it.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(private_key)
    signature = key.sign(f"{bot_id}:WebAppData\n{_check_string(fields)}".encode())
    return base64.urlsafe_b64encode(signature).decode("ascii").rstrip("=")


def _check_string(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields))


def _is_signable(name: str, value: str) -> bool:
    """Whether "name=value" on its own line is unambiguous.

    Lone surrogates have no bytes to sign.
    """
    line = name + value
    return bool(name) and "=" not in name and "\n" not in line and _is_unicode(line)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
