"""Distinguishes audio from video in MP4 files by brands and tracks (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator
from typing import Final

AUDIO_BRANDS: Final = (b"M4A ", b"M4B ", b"M4P ")
MAX_BOXES: Final = 4_096
"""Boxes that are looked at in all."""
_INTO: Final = (b"moov", b"trak", b"mdia")


def is_mp4(data: bytes) -> bool:
    """Whether the content claims to be MP4."""
    return data[4:8] == b"ftyp"


def is_mp4_audio(data: bytes) -> bool:
    """Whether an MP4 file holds sound and no picture. Many recorders write a brand that says only
    that it is MP4 (`isom`, `mp42`, `3gp4`): then other brands or the tracks tell."""
    handlers = _handlers(data)
    if b"vide" in handlers:
        return False
    end = min(int.from_bytes(data[:4]), 256)
    brands = {data[8:12], *(data[place : place + 4] for place in range(16, end, 4))}
    return b"soun" in handlers or not brands.isdisjoint(AUDIO_BRANDS)


def _handlers(data: bytes) -> set[bytes]:
    """The kinds of all tracks: `soun`, `vide` and others."""
    found: set[bytes] = set()
    open_boxes = [(0, len(data))]
    seen = 0
    while open_boxes and seen < MAX_BOXES:
        for kind, first, last in boxes_of(data, *open_boxes.pop()):
            seen += 1
            if kind in _INTO:
                open_boxes.append((first, last))
            elif kind == b"hdlr":
                found.add(data[first + 8 : first + 12])
            if seen >= MAX_BOXES:
                break
    return found


def boxes_of(data: bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box in a part of the file: its kind, and where its content begins and ends."""
    while place + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, place)
        head = 8
        if size == 1 and place + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, place + 8)
            head = 16
        last = end if size == 0 else place + size
        if last < place + head:
            return
        yield kind, place + head, min(last, end)
        place = last
