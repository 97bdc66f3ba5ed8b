"""Protocols for the erasure's messages in the chat; the bot implements them."""

from typing import Protocol


class ErasureChat(Protocol):
    """Writes to a person about their erasure."""

    async def ask_to_confirm(self, user_id: int, language: str) -> None:
        """Ask for confirmation, with a button that starts it.

        Raises:
            ChatClosed: the person cannot be written to.
        """
        ...

    async def deliver(self, user_id: int, language: str, certificate: bytes) -> None:
        """Hand over the certificate.

        Raises:
            ChatClosed: the person cannot be written to.
        """
        ...
