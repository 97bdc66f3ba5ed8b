"""What the room needs of the bot."""

from typing import Protocol

from backend.business.schemas import BusinessAccount


class CustomerMessenger(Protocol):
    """Writes to customers in the owner's name."""

    async def send(self, account: BusinessAccount, customer_id: int, text: str) -> int | None:
        """The message's number; None if Telegram refuses, as it does without the right to reply
        and a day after the customer's last message."""
