"""Takes the sound out of an MP4 video (ISO/IEC 14496-12): a new file with the sound's track alone.

Nothing is decoded: the track's chunks are copied one after the other, and its table of their places
is written anew. Pictures, other tracks, and what the recorder wrote about itself or the place are
left out.
"""

import struct
from itertools import accumulate, pairwise
from typing import Final

from backend.reading.mp4 import boxes_of
from backend.reading.schemas import CannotRead, Found

MAX_ENTRIES: Final = 1_000_000
"""Samples of a track, or chunks of them; a second of AAC has about fifty samples."""
_HEAD: Final = b"M4A \0\0\0\0M4A mp42isom"
_LEFT_OUT: Final = (b"udta", b"meta", b"tref")
_TABLES: Final = (b"mdia", b"minf", b"stbl")
_PLACES: Final = {b"stco": ">I", b"co64": ">Q"}
"""Tables of the chunks' places, and the form of an entry."""

Span = tuple[int, int]
"""Where a box's content begins and ends."""


def read_sound(data: bytes) -> tuple[Found, bytes]:
    """The sound of a video.

    Raises:
        CannotRead: it has none, is cut into fragments, or its tables contradict each other.
    """
    movie = _child(data, (0, len(data)), b"moov")
    track = _sound_track(data, movie)
    if track is None:
        raise CannotRead("unsupported")
    try:
        content = _written(data, movie, track, _chunks(data, track))
        seconds = _seconds(data, track)
    except struct.error as error:
        raise CannotRead("damaged") from error
    return Found(kind="audio", media_type="audio/mp4", seconds=seconds, replaced=True), content


def _sound_track(data: bytes, movie: Span) -> Span | None:
    for kind, first, last in boxes_of(data, *movie):
        if kind == b"trak":
            handler, _ = _child(data, _child(data, (first, last), b"mdia"), b"hdlr")
            if data[handler + 8 : handler + 12] == b"soun":
                return first, last
    return None


def _child(data: bytes, within: Span, *kinds: bytes) -> Span:
    """The first box of one of these kinds."""
    for kind, first, last in boxes_of(data, *within):
        if kind in kinds:
            return first, last
    raise CannotRead("unsupported" if within == (0, len(data)) else "damaged")


def _tables(data: bytes, track: Span) -> Span:
    for kind in _TABLES:
        track = _child(data, track, kind)
    return track


def _places(data: bytes, tables: Span) -> tuple[str, int, int]:
    """The form of an entry in the table of places, where its first one is, and how many there
    are."""
    for kind, first, last in boxes_of(data, *tables):
        if (form := _PLACES.get(kind)) is not None:
            return form, first + 8, _count(data, first + 4, last - first - 8, struct.calcsize(form))
    raise CannotRead("damaged")


def _count(data: bytes, place: int, room: int, each: int) -> int:
    (count,) = struct.unpack_from(">I", data, place)
    if count > MAX_ENTRIES or count * each > room:
        raise CannotRead("damaged")
    return int(count)


def _chunks(data: bytes, track: Span) -> list[bytes]:
    """The bytes of each chunk of sound."""
    tables = _tables(data, track)
    form, first, count = _places(data, tables)
    step = struct.calcsize(form)
    found, taken = [], 0
    for number, size in enumerate(_chunk_sizes(data, tables, count)):
        (place,) = struct.unpack_from(form, data, first + number * step)
        taken += size
        if place + size > len(data) or taken > len(data):
            raise CannotRead("damaged")  # chunks that overlap would make more of it than there is
        found.append(data[place : place + size])
    if not taken:
        raise CannotRead("unsupported")
    return found


def _chunk_sizes(data: bytes, tables: Span, chunks: int) -> list[int]:
    """From the samples' sizes (`stsz`) and how many samples each chunk has (`stsc`)."""
    ends = [0, *accumulate(_sample_sizes(data, tables))]
    first, last = _child(data, tables, b"stsc")
    runs = _count(data, first + 4, last - first - 8, 12)
    entries = [struct.unpack_from(">II", data, first + 8 + 12 * run) for run in range(runs)]
    sizes: list[int] = []
    sample = 0
    for (begins, each), (ends_before, _) in pairwise([*entries, (chunks + 1, 0)]):
        if begins != len(sizes) + 1 or not begins <= ends_before <= chunks + 1:
            raise CannotRead("damaged")
        for _ in range(ends_before - begins):
            after = min(sample + each, len(ends) - 1)
            sizes.append(ends[after] - ends[sample])
            sample = after
    if len(sizes) != chunks:
        raise CannotRead("damaged")
    return sizes


def _sample_sizes(data: bytes, tables: Span) -> list[int]:
    first, last = _child(data, tables, b"stsz")
    (same,) = struct.unpack_from(">I", data, first + 4)
    count = _count(data, first + 8, last - first - 12, 0 if same else 4)
    return [same] * count if same else list(struct.unpack_from(f">{count}I", data, first + 12))


def _written(data: bytes, movie: Span, track: Span, chunks: list[bytes]) -> bytes:
    """The new file; its table of places names where the chunks are now."""
    head = _box(b"ftyp", _HEAD)
    begin, end = _child(data, movie, b"mvhd")
    kept = b"".join(
        _box(kind, data[first:last])
        for kind, first, last in boxes_of(data, *track)
        if kind not in _LEFT_OUT
    )
    before = _box(b"mvhd", data[begin:end])
    place = len(head) + 8 + len(before) + 8 + len(kept) + 8
    moved = bytearray(kept)
    form, first, _ = _places(kept, _tables(kept, (0, len(kept))))
    for number, chunk in enumerate(chunks):
        struct.pack_into(form, moved, first + number * struct.calcsize(form), place)
        place += len(chunk)
    movie_box = _box(b"moov", before + _box(b"trak", bytes(moved)))
    return head + movie_box + _box(b"mdat", b"".join(chunks))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def _seconds(data: bytes, track: Span) -> int | None:
    first, _ = _child(data, _child(data, track, b"mdia"), b"mdhd")
    form, at = (">IQ", 20) if data[first] == 1 else (">II", 12)
    scale, duration = struct.unpack_from(form, data, first + at)
    return int(duration // scale) if scale else None
