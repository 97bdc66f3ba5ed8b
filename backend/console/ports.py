"""What the console needs of Telegram; the bot implements it."""

from typing import Literal, Protocol, TypeAlias
from uuid import UUID

Told: TypeAlias = Literal["sent", "closed", "failed", "busy"]


class BroadcastChat(Protocol):
    """Writes to a person once."""

    async def send_broadcast(self, user_id: int, text: str) -> Told:
        """Send it, never twice. `busy`: Telegram accepted nothing now and said so; `failed`:
        refused, or it is unknown whether it arrived."""
        ...


class SupportChat(BroadcastChat, Protocol):
    """Writes to people and operators."""

    async def answer(self, user_id: int, text: str) -> None:
        """Send an operator's answer to the person's chat with the bot.

        Raises:
            ChatClosed: the bot cannot write to them.
        """
        ...

    async def preview(self, user_id: int, text: str) -> None:
        """Show an operator a broadcast as people would get it. Raises ChatClosed."""
        ...

    async def decided(self, user_id: int, outcome: str, text: str) -> None:
        """Tell a person the outcome of their appeal or report, with an operator's text if there is
        one. Raises ChatClosed."""
        ...

    async def document(self, user_id: int, name: str, content: bytes) -> None:
        """Send an operator a file. Raises ChatClosed."""
        ...

    async def confirm(self, user_id: int, confirmation_id: UUID, code: str, about: str) -> None:
        """Ask an operator for confirmation, with buttons. Raises ChatClosed."""
        ...
