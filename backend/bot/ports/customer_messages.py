"""Messages to customers of a connected account: implements business's port `CustomerMessenger`."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from backend.bot.sending.messages import NO_PREVIEW
from backend.business import BusinessAccount


class CustomerMessages:
    """Writes by the bot, in the owner's name."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, account: BusinessAccount, customer_id: int, text: str) -> int | None:
        """See business's port."""
        try:
            sent = await self._bot.send_message(
                customer_id,
                text,
                business_connection_id=account.connection_id,
                parse_mode=None,
                link_preview_options=NO_PREVIEW,
            )
        except (TelegramBadRequest, TelegramForbiddenError):
            return None
        return sent.message_id
