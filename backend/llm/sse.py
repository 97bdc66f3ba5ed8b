"""Server-sent events: from network bytes, cut anywhere, to the payloads of their data lines.

Only the data is of use here (every provider repeats the event's name inside its JSON), so the
parser returns bytes and decodes nothing. A stream of `data: {…}` lines with LF costs one split
a read. Grammar: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

MAX_EVENT_BYTES = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class EventTooLarge(ValueError):
    """One event is over the cap; the stream is not worth reading on."""


class SseParser:
    """Feed it what the network brought; it returns the payloads that are now complete.

    Invariant: `_pieces` holds the bytes since the last blank line, with line ends already made
    LF, and no blank line lies inside them.
    """

    __slots__ = ("_begun", "_max_bytes", "_pieces", "_size", "_skip_line_feed")

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_bytes = max_event_bytes
        self._pieces: list[bytes] = []
        self._size = 0
        self._skip_line_feed = False
        self._begun = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Payloads completed by `chunk`.

        Raises:
            EventTooLarge: when an event without an end grows over the cap.
        """
        if self._skip_line_feed or b"\r" in chunk:
            chunk = self._with_line_feeds(chunk)
        end = self._blank_line_end(chunk)
        if end == 0:
            self._keep(chunk)
            return []
        block = chunk if end == len(chunk) else chunk[:end]
        if self._pieces:
            self._pieces.append(block)
            block = b"".join(self._pieces)
            self._pieces.clear()
            self._size = 0
        if end != len(chunk):
            self._keep(chunk[end:])
        return self._payloads(block)

    def finish(self) -> list[bytes]:
        """The payload of a last event that no blank line ended; it may be cut short."""
        rest = b"".join(self._pieces)
        self._pieces.clear()
        return self._payloads(rest + b"\n\n")

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        """CR and CRLF become LF, also where a CRLF is cut by the end of the last chunk."""
        if self._skip_line_feed and chunk:
            self._skip_line_feed = False
            if chunk[0] == 0x0A:
                chunk = chunk[1:]
        if chunk.endswith(b"\r"):
            self._skip_line_feed = True
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _blank_line_end(self, chunk: bytes) -> int:
        """Where the chunk's last blank line ends; 0 when it brings none."""
        found = chunk.rfind(b"\n\n")
        if found >= 0:
            return found + 2
        if chunk[:1] == b"\n" and (self._pieces[-1][-1:] == b"\n" if self._pieces else True):
            return 1
        return 0

    def _keep(self, piece: bytes) -> None:
        if not piece:
            return
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > self._max_bytes:
            raise EventTooLarge(f"an event is over {self._max_bytes} bytes")

    def _payloads(self, block: bytes) -> list[bytes]:
        """The payloads of whole events; `block` ends with a blank line."""
        if block.startswith(b"data: "):
            payloads = block[6:-2].split(b"\n\ndata: ")
            if block.count(b"\n") == 2 * len(payloads):
                self._begun = True
                return payloads
        if not self._begun:
            self._begun = True
            block = block.removeprefix(_BOM)
        return _payloads_by_line(block)


def _payloads_by_line(block: bytes) -> list[bytes]:
    payloads: list[bytes] = []
    data: list[bytes] = []
    for line in block.split(b"\n"):
        if line.startswith(b"data:"):
            data.append(line[6:] if line[5:6] == b" " else line[5:])
        elif not line:
            if data:
                payloads.append(data[0] if len(data) == 1 else b"\n".join(data))
                data.clear()
        elif line == b"data":
            data.append(b"")
    return payloads
