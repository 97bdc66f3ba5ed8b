"""Data sent to Valkey is sealed, so that its memory and files contain no text."""

from backend.db import Cipher, KeyRing, RotatingCipher

PURPOSE = "tanya run log"


def run_log_cipher(keys: KeyRing) -> RotatingCipher:
    """The same in every process that shares the master key, also while it is being rotated."""
    return RotatingCipher(*keys.derive_all(PURPOSE))


def seal_frames(cipher: Cipher, key: str, frames: bytes) -> bytes:
    """Seal frames for the stream `key`; empty stays empty."""
    return cipher.seal_bytes(frames, key) if frames else b""


def open_frames(cipher: Cipher, key: str, sealed: bytes) -> bytes:
    """Open frames sealed by `seal_frames`.

    Raises:
        TextUnreadable: it was altered, or sealed under another master key.
    """
    return cipher.open_bytes(sealed, key) if sealed else b""
