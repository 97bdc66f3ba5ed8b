"""Events on the wire: `id: N`, then one line of JSON, then a blank line."""

from collections.abc import Iterator

KEEP_ALIVE = b":\n\n"
"""A comment, which every reader of event streams ignores: it keeps the connection open."""


def frame(number: int, json: bytes) -> bytes:
    """One event as a reader gets it."""
    return b"id: %d\ndata: %b\n\n" % (number, json)


def payloads_of(frames: bytes) -> list[bytes]:
    """The JSON of each of some joined frames."""
    return [one.partition(b"\ndata: ")[2] for one in frames.split(b"\n\n")[:-1]]


def numbered(frames: bytes) -> Iterator[tuple[int, bytes]]:
    """The number and the JSON of each of some joined frames; comments are passed over."""
    for one in frames.split(b"\n\n"):
        head, found, json = one.partition(b"\ndata: ")
        if found:
            yield int(head[4:]), json
