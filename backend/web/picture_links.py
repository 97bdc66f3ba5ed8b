"""Addresses of pictures that Telegram fetches: sealed, and over after an hour or a day."""

from datetime import UTC, datetime, timedelta
from struct import Struct as Layout
from struct import error as LayoutError
from typing import Final
from uuid import UUID

from backend.db import KeyRing, RotatingCipher
from backend.errors import FileNotFound, TextUnreadable
from backend.privacy.archive import tokens

LIFE: Final = timedelta(hours=1)
PREPARED_LIFE: Final = timedelta(days=1)
"""As long as Telegram keeps a prepared message; it fetches the picture when that is sent."""
MAX_TOKEN: Final = 120

_LAYOUT = Layout(">Q16sQ")
_CONTEXT = "picture link"


class PictureLinks:
    """Makes and reads the addresses' last part."""

    def __init__(self, keys: KeyRing) -> None:
        self._cipher = RotatingCipher(*keys.derive_all("tanya picture links"))

    def token(self, user_id: int, file_id: UUID, expires_at: datetime) -> str:
        """Good until then, to the second."""
        data = _LAYOUT.pack(user_id, file_id.bytes, int(expires_at.timestamp()))
        return tokens.encode(self._cipher.seal_bytes(data, _CONTEXT))

    def read(self, token: str, now: datetime) -> tuple[int, UUID]:
        """Whose picture it is, and which. Raises FileNotFound: it is none of ours, or over."""
        try:
            data = self._cipher.open_bytes(tokens.decode(token[: MAX_TOKEN + 1]), _CONTEXT)
            user_id, file_id, expires_at = _LAYOUT.unpack(data)
        except (TextUnreadable, LayoutError, ValueError):
            raise FileNotFound from None
        if datetime.fromtimestamp(expires_at, UTC) <= now:
            raise FileNotFound
        return user_id, UUID(bytes=file_id)
