"""Objects in a bucket, by obstore: the bindings of Apache Arrow's object_store
(https://developmentseed.org/obstore). Credentials, region and endpoint are the AWS_… variables that
it reads by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from backend.errors import FilesUnreachable, SettingsInvalid

try:
    from obstore.exceptions import BaseError
    from obstore.store import S3Store
except ImportError:
    raise SettingsInvalid(
        name="FILES_URL", reason='needs a library: pip install "tanya[s3]"'
    ) from None

log = structlog.get_logger("tanya.files")

RETRY_SECONDS = 10
# An endpoint may be http://, as on a network of one's own: what goes over it is sealed.
CLIENT: Final[Any] = {
    "allow_http": True,
    "connect_timeout": timedelta(seconds=3),
    "timeout": timedelta(seconds=30),
}
RETRIES: Final[Any] = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}


class S3Objects:
    """See ObjectStore. `url` is `s3://bucket/prefix`."""

    in_use = True

    def __init__(self, url: str) -> None:
        try:
            self._store = S3Store.from_url(url, client_options=CLIENT, retry_config=RETRIES)
        except (BaseError, ValueError) as error:
            # The message may quote values.
            reason = f"or an AWS_… variable cannot be used ({type(error).__name__})"
            raise SettingsInvalid(name="FILES_URL", reason=reason) from None

    async def put(self, object_id: UUID, sealed: bytes) -> None:
        """See ObjectStore."""
        with _answering():
            await self._store.put_async(object_id.hex, sealed)

    async def get(self, object_id: UUID) -> bytes | None:
        """See ObjectStore."""
        with _answering():
            try:
                found = await self._store.get_async(object_id.hex)
            except FileNotFoundError:
                return None
            return bytes(await found.bytes_async())

    async def delete(self, object_id: UUID) -> None:
        """See ObjectStore."""
        with _answering():
            try:
                await self._store.delete_async(object_id.hex)
            except FileNotFoundError:
                return


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        log.warning("files_unreachable", error=type(error).__name__)
        raise FilesUnreachable(retry_after=RETRY_SECONDS) from None
