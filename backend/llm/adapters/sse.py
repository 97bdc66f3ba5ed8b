"""Server-sent events: from network bytes, split anywhere, to the payloads of data lines.

The parser returns bytes and decodes nothing. Of the other fields only `event: error` is of use,
since providers repeat every other name inside their JSON. A stream of `data: {…}` lines with LF
costs one split a read. Grammar: https://html.spec.whatwg.org/multipage/server-sent-events.html

Servers also send JSON where a stream was asked for: a whole answer, one object a line, or an
error as a bare line between events. The standard would drop all of these; here they are payloads.
"""

MAX_EVENT_BYTES = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_ERROR_NAMES = frozenset({b"event: error", b"event:error"})


class EventTooLarge(ValueError):
    """One event exceeds the limit; the stream is abandoned."""


class ErrorPayload(bytes):
    """The payload of an event that is named `error`, whatever its JSON says."""


class SseParser:
    """Feed it what the network brought; it returns the payloads that are now complete.

    Invariant: `_pieces` holds the bytes since the last blank line, with line ends already made
    LF, and no blank line lies inside them.
    """

    __slots__ = (
        *("_begun", "_head", "_json", "_max_bytes", "_pieces", "_size", "_skip_line_feed"),
        "has_error",
    )

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_bytes = max_event_bytes
        self._pieces: list[bytes] = []
        self._size = 0
        self._skip_line_feed = False
        self._begun = False
        self._head = b""
        self._json = False
        self.has_error = False
        """An ErrorPayload was returned."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Payloads completed by `chunk`.

        Raises:
            EventTooLarge: an unfinished event exceeds the limit.
        """
        if not self._begun:
            chunk = self._begin(chunk)
        if self._json:
            self._keep(chunk)
            return []
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
        rest = self._head + b"".join(self._pieces)
        self._pieces.clear()
        if self._json and b"\ndata:" not in rest:
            return _json_payloads(rest.split(b"\n"))
        return self._payloads(rest + b"\n\n")

    def _begin(self, chunk: bytes) -> bytes:
        """Drop a byte order mark and white space before the first line, and detect bare JSON."""
        head = self._head + chunk
        if _BOM.startswith(head):
            self._head = head
            return b""
        first = head.removeprefix(_BOM).lstrip(b"\r\n \t")
        self._begun = bool(first)
        self._head = b"" if first else b"\n"
        self._json = first.startswith((b"{", b"["))
        return first

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
            if block.count(b"\n") == 2 * len(payloads) and all(map(bytes.strip, payloads)):
                return payloads
        payloads = _payloads_by_line(block)
        self.has_error = self.has_error or any(isinstance(one, ErrorPayload) for one in payloads)
        return payloads


def _payloads_by_line(block: bytes) -> list[bytes]:
    payloads: list[bytes] = []
    data: list[bytes] = []
    bare: list[bytes] = []
    is_error = False
    for line in block.split(b"\n"):
        if line.startswith(b"data:"):
            data.append(line[6:] if line[5:6] == b" " else line[5:])
        elif not line:
            payload = data[0] if len(data) == 1 else b"\n".join(data)
            if payload.strip():  # keep-alives without a word are no events
                payloads.append(ErrorPayload(payload) if is_error else payload)
            data.clear()
            if bare:
                payloads += _json_payloads(bare)
                bare.clear()
            is_error = False
        elif line in _ERROR_NAMES:
            is_error = True
        elif line == b"data":
            data.append(b"")
        elif bare or line.startswith((b"{", b"[")):
            bare.append(line)
    return payloads


def _json_payloads(lines: list[bytes]) -> list[bytes]:
    """Bare JSON: one object a line, or one value over all lines."""
    filled = [line.strip() for line in lines if line.strip()]
    if all(line.startswith(b"{") and line.endswith(b"}") for line in filled):
        return filled
    return [b"\n".join(filled)]
