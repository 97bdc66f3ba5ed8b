"""Master keys and the keys derived from them.

MASTER_KEY seals and signs. MASTER_KEY_PREVIOUS, set while keys are being rotated, is only accepted:
what it sealed or signed still opens and verifies.
"""

import base64
import os
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.errors import SettingsInvalid
from backend.settings import Settings

KEY_BYTES: Final = 32


def new_master_key() -> str:
    """32 random bytes in base64: a value for MASTER_KEY."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def decode_master_key(text: str, name: str = "MASTER_KEY") -> bytes:
    """The bytes of a master key; `name` is the variable it was read from.

    Raises:
        SettingsInvalid: it is not 32 bytes in base64.
    """
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsInvalid(name=name, reason="is not 32 bytes in base64")
    return key


def derive_key(master_key: bytes, purpose: str, *context: str | int) -> bytes:
    """A key for one purpose and context (HKDF-SHA256, RFC 5869), so that no two uses share one.

    Every part of the context is written with its length, so that ("ab", "c") and ("a", "bc")
    give different keys.
    """
    info = purpose.encode()
    for part in context:
        encoded = str(part).encode()
        info += b"\0" + len(encoded).to_bytes(4, "big") + encoded
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(master_key)


class KeyRing:
    """The current master key and the previous ones that are still accepted."""

    __slots__ = ("_masters",)

    def __init__(self, current: bytes, *previous: bytes) -> None:
        self._masters = (current, *(key for key in previous if key != current))

    @classmethod
    def from_settings(cls, settings: Settings) -> "KeyRing":
        """MASTER_KEY and, when set, MASTER_KEY_PREVIOUS.

        Raises:
            SettingsInvalid: one of them is malformed.
        """
        current = decode_master_key(settings.master_key)
        if not settings.master_key_previous:
            return cls(current)
        return cls(current, decode_master_key(settings.master_key_previous, "MASTER_KEY_PREVIOUS"))

    def fingerprints(self) -> tuple[str, ...]:
        """Identifiers of the keys, the current one's first. They reveal nothing about a key."""
        return tuple(key.hex()[:32] for key in self.derive_all("tanya master key fingerprint"))

    def derive(self, purpose: str, *context: str | int) -> bytes:
        """The key to seal or sign with."""
        return derive_key(self._masters[0], purpose, *context)

    def derive_all(self, purpose: str, *context: str | int) -> tuple[bytes, ...]:
        """The keys to open or verify with, the current one first."""
        return tuple(derive_key(master, purpose, *context) for master in self._masters)
