"""Encryption of single values: AES-256-GCM, bound to the place that a value is stored in."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.errors import TextUnreadable

NONCE_BYTES = 12


class Cipher:
    """Seals and opens one person's text. `context` says where it belongs and is authenticated,
    so that a sealed text moved to another place does not open.

    It keeps the key alone: OpenSSL's state around it takes 2.4 kB, and one microsecond to make.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt; the result is a nonce followed by AES-256-GCM's output."""
        return self.seal_bytes(text.encode(), context)

    def seal_bytes(self, data: bytes, context: str) -> bytes:
        """As `seal`, for bytes."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, data, context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt.

        Raises:
            TextUnreadable: another key or context, or altered bytes.
        """
        return self.open_bytes(sealed, context).decode()

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """As `open`, for bytes."""
        try:
            return AESGCM(self._key).decrypt(
                sealed[:NONCE_BYTES], memoryview(sealed)[NONCE_BYTES:], context.encode()
            )
        except InvalidTag:
            raise TextUnreadable() from None


class RotatingCipher(Cipher):
    """Seals with the first key and opens with any: for what is sealed under a master key."""

    __slots__ = ("_ciphers",)

    def __init__(self, key: bytes, *previous: bytes) -> None:
        super().__init__(key)
        self._ciphers = tuple(Cipher(one) for one in (key, *previous))

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """As Cipher's, with each key in turn."""
        return self.open_numbered(sealed, context)[1]

    def open_numbered(self, sealed: bytes, context: str) -> tuple[int, bytes]:
        """The index of the key that opens it (0 is the current one) and the plaintext."""
        for number, cipher in enumerate(self._ciphers):
            try:
                return number, cipher.open_bytes(sealed, context)
            except TextUnreadable:
                continue
        raise TextUnreadable

    def reseal(self, sealed: bytes, context: str) -> bytes | None:
        """The same under the current key; None if it is sealed with that one already.

        Raises:
            TextUnreadable: none of the keys opens it.
        """
        number, data = self.open_numbered(sealed, context)
        return self.seal_bytes(data, context) if number else None
