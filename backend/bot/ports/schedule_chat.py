"""Messages about scheduled questions: implements schedules' port `ScheduleChat`."""

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError

from backend.bot.sending.retries import with_retries
from backend.bot.sending.views import Links, open_app_keyboard
from backend.errors import CourierGone, CourierRetry
from backend.i18n import translator
from backend.schedules import Schedule

PAUSE_SECONDS = 5
SHOWN = 200
"""Characters of a question, where it is only named."""


class ScheduleMessages:
    """Writes by the bot."""

    def __init__(self, bot: Bot, links: Links) -> None:
        self._bot = bot
        self._links = links

    async def tell_refused(self, user_id: int, language: str, asked: Schedule, code: str) -> None:
        """See schedules' port."""
        t = translator(language)
        why = t(f"error.{code}.title")
        words = t("bot.schedule.refused", question=shortened(asked.question), why=why)
        keyboard = open_app_keyboard(t, self._links)
        try:
            await with_retries(
                self._bot.send_message, user_id, words, parse_mode=None, reply_markup=keyboard
            )
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise CourierGone from error
        except AiogramError as error:
            raise CourierRetry(retry_after=PAUSE_SECONDS) from error


def shortened(question: str, limit: int = SHOWN) -> str:
    """As much of a question as names it, in one line."""
    line = " ".join(question.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
