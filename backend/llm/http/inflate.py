"""Decompresses answers that are compressed although that was not requested.

`Accept-Encoding: identity` is sent with every request; some proxies compress anyway.
"""

import zlib
from typing import Final, Protocol

from backend.llm.http.wire import ConnectionBroke

MOST_AT_ONCE: Final = 256 * 1024
"""Bytes that one read may become: a small answer can neither fill the memory nor hold the loop."""
SLICE: Final = 4 * 1024
"""How many compressed bytes are taken at a time, since the rest after the end of a member is
copied."""
MOST_EMPTY_MEMBERS: Final = 100
HEAD: Final = 2
"""Bytes by which it is seen how they are packed."""


class Inflater(Protocol):
    """Decompresses an answer piece by piece."""

    def feed(self, packed: bytes) -> None:
        """Take the next compressed bytes; all pending ones have been read."""
        ...

    def pending(self) -> bytes:
        """The next plain bytes; b"" when more compressed ones are needed.

        Raises:
            ConnectionBroke: the data does not match its Content-Encoding.
        """
        ...


def inflater_for(encoding: str) -> Inflater | None:
    """The decompressor of a Content-Encoding; None where there is nothing to do."""
    names = [name.strip().lower() for name in encoding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names:
        return None
    if len(names) == 1 and names[0] in ("gzip", "x-gzip", "deflate"):
        return _Zlib()
    return _Unreadable()


class _Zlib:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._packed = b""
        self._at = 0
        self._empty_members = 0
        self._is_first = True

    def feed(self, packed: bytes) -> None:
        self._packed, self._at = self._packed[self._at :] + packed, 0

    def pending(self) -> bytes:
        if self._is_first and len(self._packed) < HEAD:
            return b""
        while self._at < len(self._packed):
            if plain := self._next():
                self._empty_members = 0
                return plain
        return b""

    def _next(self) -> bytes:
        """Plain bytes of the next slice, of one gzip member: an answer may come in several."""
        if self._stream.eof:
            self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
            self._empty_members += 1
        packed = self._packed[self._at : self._at + SLICE]
        try:
            plain = self._inflated(packed)
        except zlib.error as error:
            raise ConnectionBroke("bad_compression") from error
        if self._empty_members > MOST_EMPTY_MEMBERS:
            raise ConnectionBroke("bad_compression")
        rest = self._stream.unconsumed_tail or self._stream.unused_data
        self._at += len(packed) - len(rest)
        return plain

    def _inflated(self, packed: bytes) -> bytes:
        try:
            return self._stream.decompress(packed, MOST_AT_ONCE)
        except zlib.error:
            if not self._is_first:
                raise
            # Some servers call raw DEFLATE, without a head, "deflate".
            self._stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
            return self._stream.decompress(packed, MOST_AT_ONCE)
        finally:
            self._is_first = self._is_first and not packed


class _Unreadable:
    """An encoding that is not read here, such as br or zstd."""

    def feed(self, packed: bytes) -> None:
        raise ConnectionBroke("content_encoding")

    def pending(self) -> bytes:
        return b""
