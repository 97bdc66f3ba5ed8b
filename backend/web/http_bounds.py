"""Limits on what a client may send, and how slowly, before it is refused."""

import msgspec


class HttpBounds(msgspec.Struct, frozen=True):
    """Limits on one incoming request.

    `head_bytes`: request line and headers, and whatever else is no body: chunk sizes and
    extensions, trailers. `pipelined`: requests that wait for the one before. `head_seconds`: from
    the first byte (or the connection's opening) to the end of the headers. `body_seconds` and
    `body_bytes`: a body brings at least so many bytes in each such span, or its end.
    `linger_seconds` and `linger_bytes`: what is still taken of a body whose request was answered
    early, so that the client reads the answer.
    """

    head_bytes: int = 32 * 1024
    headers: int = 128
    pipelined: int = 16
    head_seconds: float = 10.0
    body_seconds: float = 15.0
    body_bytes: int = 16 * 1024
    linger_seconds: float = 10.0
    linger_bytes: int = 8 * 1024 * 1024


PIECE_BYTES = 8 * 1024
"""The most bytes given to the parser at once, by which limits may be exceeded."""

BODY_BYTES_A_FRAMING_BYTE = 4
"""A chunked body may have one byte of framing per this many bytes, besides `head_bytes`: a chunk of
one byte costs the parser as much as one of a thousand."""
