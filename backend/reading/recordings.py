"""Recordings: how long they are, and their bytes without tags. Nothing is decoded."""

import struct
from typing import Final

from backend.reading.schemas import CannotRead, Found

OGG_TAIL: Final = 128 * 1024
MAX_CHUNKS: Final = 1_000
"""Chunks of a WAV file that are looked at."""
_OGG_RATES: Final = ((b"OpusHead", 48_000), (b"Speex   ", 0), (b"\x01vorbis", 0))


def read_recording(data: bytes, media_type: str) -> tuple[Found, bytes]:
    """The recording without the tags that name its maker."""
    content = data
    seconds: int | None = None
    if media_type == "audio/mpeg":
        content = _without_id3(data)
    elif media_type == "audio/ogg":
        seconds = _ogg_seconds(data)
    elif media_type == "audio/wav":
        seconds = _wav_seconds(data)
    found = Found(kind="audio", media_type=media_type, seconds=seconds, replaced=True)
    return found, content


def _without_id3(data: bytes) -> bytes:
    """Cut ID3v2 from the front (its size is in four bytes of seven bits) and ID3v1 from the end."""
    while data.startswith(b"ID3") and len(data) > 10:
        size = 0
        for byte in data[6:10]:
            size = size << 7 | byte & 0x7F
        data = data[10 + size :]
    if data[-128:-125] == b"TAG":
        data = data[:-128]
    if len(data) < 128 or data[0] != 0xFF:
        raise CannotRead("damaged")
    return data


def _ogg_seconds(data: bytes) -> int | None:
    """From the last page's position: Opus always counts 48,000 a second (RFC 7845)."""
    head = data[:256]
    if not any(mark in head for mark, _ in _OGG_RATES):
        raise CannotRead("unsupported")  # Ogg can hold films as well
    last = data.rfind(b"OggS", max(0, len(data) - OGG_TAIL))
    if b"OpusHead" not in head or last < 0 or last + 14 > len(data):
        return None
    (position,) = struct.unpack_from("<q", data, last + 6)
    return max(0, int(position) // 48_000)


def _wav_seconds(data: bytes) -> int | None:
    """From the rate in `fmt ` and the length of `data`; other chunks may stand before, between
    and behind them, each padded to an even length."""
    per_second, sound = 0, 0
    place = 12
    for _ in range(MAX_CHUNKS):
        if place + 8 > len(data):
            break
        name, size = struct.unpack_from("<4sI", data, place)
        place += 8
        if name == b"fmt " and size >= 16 and place + 12 <= len(data):
            (per_second,) = struct.unpack_from("<I", data, place + 8)
        elif name == b"data":
            sound += min(size, len(data) - place)
        place += size + size % 2
    if not per_second:
        raise CannotRead("damaged")
    return sound // int(per_second)
