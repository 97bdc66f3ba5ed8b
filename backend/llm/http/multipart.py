"""multipart/form-data as providers of speech and images want it (RFC 7578)."""

import hashlib
from collections.abc import Sequence

from msgspec import Struct


class Field(Struct, frozen=True):
    """One field; a file if it has a file name."""

    name: str
    value: bytes
    file_name: str | None = None
    media_type: str | None = None


def encode(fields: Sequence[Field]) -> tuple[str, bytes]:
    """The content type and the body; the same fields always give the same bytes.

    The boundary is made of the content's hash, so that the content cannot hold it.
    """
    digest = hashlib.sha256()
    for field in fields:
        digest.update(hashlib.sha256(field.value).digest())
    boundary = f"tanya-{digest.hexdigest()[:40]}"
    parts = [_part(boundary, field) for field in fields]
    return f"multipart/form-data; boundary={boundary}", b"".join(
        [*parts, f"--{boundary}--\r\n".encode()]
    )


def _part(boundary: str, field: Field) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field.name}"'
    if field.file_name is not None:
        head += f'; filename="{field.file_name}"'
    if field.media_type is not None:
        head += f"\r\nContent-Type: {field.media_type}"
    return head.encode() + b"\r\n\r\n" + field.value + b"\r\n"
