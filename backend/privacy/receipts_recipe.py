"""The recipe of a request's body: its bytes, with references to stored texts and files.

A body is cut into pieces. What is a stored message's or file's text or content becomes a reference;
everything else (the protocol's framing, the words of prompts) stays as it is. So a recipe is not a
second copy of messages, and it needs neither templates nor adapters, which later releases may
change. References name an encoding of texts and contents in bodies, whose meaning must never
change: see `ENCODERS`.
"""

import base64
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.llm import ContentSource, ReceiptKind, ReceiptSource, TextSource

FORMAT: Final = b"1"
SHORT_BYTES: Final = 16
"""Shorter texts are looked for as whole JSON strings, and near by: they could stand anywhere."""
NEAR_BYTES: Final = 16_384
LEAST_CHARACTERS: Final = 24
"""A part of a text that is shorter is left as it is."""
MAX_SEARCHES: Final = 400
"""For parts of texts, in one body: making a recipe takes bounded time whatever is in it."""
SMALL_WINDOW_BYTES: Final = 4_096
MAX_RECIPE_BYTES: Final = 64 * 1024 * 1024

Way: TypeAlias = Literal["json", "raw", "base64"]


class TextPiece(Struct, frozen=True, array_like=True, tag="t"):
    """The code points `start` to `end` of a stored text, written as in a JSON string."""

    kind: ReceiptKind
    id: UUID
    start: int
    end: int


class ContentPiece(Struct, frozen=True, array_like=True, tag="c"):
    """The whole of a stored file's bytes; None is a file that was never kept."""

    id: UUID | None
    way: Way


class LiteralPiece(Struct, frozen=True, array_like=True, tag="l"):
    """Bytes that are kept as they are."""

    data: bytes


Piece: TypeAlias = TextPiece | ContentPiece | LiteralPiece


def json_text(text: str) -> bytes:
    """The text as it stands between the quotes of a JSON string."""
    return msgspec.json.encode(text)[1:-1]


ENCODERS: Final[Mapping[Way, Callable[[bytes], bytes]]] = {
    "raw": bytes,
    "base64": base64.b64encode,
}
"""The ways of a content into a body; texts go in by `json_text`."""

_MARKS: Final = (b'"content":"', b'"text":"', b'"prompt":"')


def make_recipe(body: bytes, sources: Sequence[ReceiptSource]) -> tuple[Piece, ...]:
    """The pieces of a body; `sources` in the order in which they are in it, as far as known."""
    cutter = _Cutter(body)
    for source in sources:
        if isinstance(source, TextSource):
            cutter.cut_text(source)
        else:
            cutter.cut_content(source)
    return cutter.pieces()


def pack(pieces: Sequence[Piece]) -> bytes:
    """The recipe as it is stored, before it is sealed."""
    plain = msgspec.msgpack.encode(pieces)
    # Most recipes are short, and clearing the tables of a large window would take longer than they.
    window, memory = (12, 5) if len(plain) <= SMALL_WINDOW_BYTES else (15, 8)
    deflater = zlib.compressobj(1, zlib.DEFLATED, window, memory)
    return FORMAT + deflater.compress(plain) + deflater.flush()


def unpack(packed: bytes) -> tuple[Piece, ...]:
    """The pieces of a stored recipe.

    Raises:
        ValueError: it is none, or of a format that this release does not know.
    """
    if packed[:1] != FORMAT:
        raise ValueError("unknown format of recipe")
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(packed[1:], MAX_RECIPE_BYTES)
        if not inflater.eof:
            raise ValueError("damaged recipe")
        return msgspec.msgpack.decode(plain, type=tuple[Piece, ...])
    except (zlib.error, msgspec.DecodeError) as error:
        raise ValueError("damaged recipe") from error


class Stored(Struct, frozen=True):
    """What there is now of what recipes refer to, by id."""

    messages: Mapping[UUID, str]
    file_texts: Mapping[UUID, str]
    contents: Mapping[UUID, bytes]

    def text(self, kind: ReceiptKind, wanted: UUID) -> str | None:
        """A text; None if there is none any more."""
        return (self.messages if kind == "message" else self.file_texts).get(wanted)


def follow_recipe(pieces: Sequence[Piece], stored: Stored) -> bytes | None:
    """The body; None if one of its sources no longer exists."""
    made: list[bytes] = []
    for piece in pieces:
        match piece:
            case LiteralPiece(data):
                made.append(data)
            case TextPiece(kind, wanted, start, end):
                if (text := stored.text(kind, wanted)) is None:
                    return None
                made.append(json_text(text[start:end]))
            case ContentPiece(wanted, way):
                content = None if wanted is None else stored.contents.get(wanted)
                if content is None:
                    return None
                made.append(ENCODERS[way](content))
    return b"".join(made)


class _Cutter:
    """Cuts one body, from its beginning to its end."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0
        self._pieces: list[Piece] = []
        self._searches = MAX_SEARCHES

    def pieces(self) -> tuple[Piece, ...]:
        """All pieces; text that was not found in any source is literal."""
        self._literal(len(self._body))
        return tuple(self._pieces)

    def cut_content(self, source: ContentSource) -> None:
        if not source.data:
            return
        for way in ("base64", "raw"):
            encoded = ENCODERS[way](source.data)
            if (found := self._body.find(encoded, self._at)) >= 0:
                self._take(found, len(encoded), ContentPiece(source.id, way))
                return

    def cut_text(self, source: TextSource) -> None:
        """The text, whole or in the parts that are there. White space around it is literal."""
        text = source.text
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        encoded = json_text(text[start:end])
        if not encoded:
            return
        if (found := self._find(encoded)) >= 0:
            self._take(found, len(encoded), TextPiece(source.kind, source.id, start, end))
        else:
            self._cut_parts(source, start, end)

    def _find(self, encoded: bytes) -> int:
        if len(encoded) >= SHORT_BYTES:
            return self._body.find(encoded, self._at)
        for mark in _MARKS:
            whole = mark + encoded + b'"'
            if (found := self._body.find(whole, self._at, self._at + NEAR_BYTES)) >= 0:
                return found + len(mark)
        return -1

    def _cut_parts(self, source: TextSource, start: int, end: int) -> None:
        """A text may be cut at either end, and single characters of it replaced."""
        while end - start >= LEAST_CHARACTERS and self._searches > 0:
            length = self._longest(source.text, start, end)
            if length < LEAST_CHARACTERS:
                last = self._longest_end(source.text, start, end)
                if last >= LEAST_CHARACTERS:
                    self._take_part(source, end - last, end)
                return
            self._take_part(source, start, start + length)
            start += length + 1

    def _take_part(self, source: TextSource, start: int, end: int) -> None:
        encoded = json_text(source.text[start:end])
        found = self._body.find(encoded, self._at)
        self._take(found, len(encoded), TextPiece(source.kind, source.id, start, end))

    def _longest(self, text: str, start: int, end: int) -> int:
        return self._search(end - start, lambda length: text[start : start + length])

    def _longest_end(self, text: str, start: int, end: int) -> int:
        return self._search(end - start, lambda length: text[end - length : end])

    def _search(self, limit: int, part: Callable[[int], str]) -> int:
        """The greatest length, to `limit`, whose part is in the rest of the body: if a part is
        there, so is every shorter one."""
        if self._body.find(json_text(part(LEAST_CHARACTERS)), self._at) < 0:
            self._searches -= 1
            return 0
        low, high = LEAST_CHARACTERS, limit
        while low < high:
            self._searches -= 1
            middle = (low + high + 1) // 2
            if self._body.find(json_text(part(middle)), self._at) >= 0:
                low = middle
            else:
                high = middle - 1
        return low

    def _take(self, found: int, length: int, piece: Piece) -> None:
        self._literal(found)
        self._pieces.append(piece)
        self._at = found + length

    def _literal(self, end: int) -> None:
        if end > self._at:
            self._pieces.append(LiteralPiece(self._body[self._at : end]))
        self._at = end
