"""Sending replies in the owner's name, from the chat with the bot or from the app."""

from uuid import UUID

from backend.business.ports import CustomerMessenger
from backend.business.schemas import BusinessAccount
from backend.business.store import BusinessInbox


class BusinessReplies:
    """One per process."""

    def __init__(self, inbox: BusinessInbox, messenger: CustomerMessenger) -> None:
        self._inbox = inbox
        self._messenger = messenger

    async def send(self, account: BusinessAccount, customer_id: int, text: str) -> bool:
        """Send a text to a customer and store it; False if Telegram refuses."""
        number = await self._messenger.send(account, customer_id, text)
        if number is None:
            return False
        await self._inbox.add_reply(account.user_id, customer_id, number, text)
        return True

    async def send_draft(
        self, account: BusinessAccount, draft_id: UUID, text: str | None = None
    ) -> bool:
        """Send an open draft once, or `text` instead; if Telegram refuses, the draft is open again.
        False if it was refused or is finished."""
        draft = await self._inbox.draft(account.user_id, draft_id)
        if draft is None or not await self._inbox.end_draft(account.user_id, draft.id, "sent"):
            return False
        if await self.send(account, draft.customer_id, text or draft.text):
            return True
        await self._inbox.reopen_draft(account.user_id, draft.id)
        return False
