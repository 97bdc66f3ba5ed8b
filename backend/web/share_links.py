"""The address of a shared link: person and link id, encrypted, so that ids are neither visible nor
guessable."""

from collections.abc import Callable
from struct import Struct as Layout
from struct import error as LayoutError
from typing import Final
from uuid import UUID

from backend.db import KeyRing, RotatingCipher
from backend.errors import ShareNotFound, TextUnreadable
from backend.privacy.archive import tokens

MAX_TOKEN: Final = 100

ModelNames = Callable[[str], str | None]
"""A model's name; None if it is no longer offered."""

_LAYOUT = Layout(">Q16s")
_CONTEXT = "share link"


class ShareLinks:
    """Makes and reads the addresses' last part."""

    def __init__(self, keys: KeyRing) -> None:
        self._cipher = RotatingCipher(*keys.derive_all("tanya share links"))

    def token(self, user_id: int, share_id: UUID) -> str:
        """A token for the link; different at each call, all valid."""
        return tokens.encode(
            self._cipher.seal_bytes(_LAYOUT.pack(user_id, share_id.bytes), _CONTEXT)
        )

    def read(self, token: str) -> tuple[int, UUID]:
        """The person and link of a token. Raises ShareNotFound if it is invalid."""
        try:
            data = self._cipher.open_bytes(tokens.decode(token[: MAX_TOKEN + 1]), _CONTEXT)
            user_id, share_id = _LAYOUT.unpack(data)
        except (TextUnreadable, LayoutError, ValueError):
            raise ShareNotFound from None
        return user_id, UUID(bytes=share_id)
