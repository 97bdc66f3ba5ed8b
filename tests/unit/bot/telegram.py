"""Telegram as a test wants it: aiogram's real Bot over a session that answers from a script."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod

TOKEN = "1000000001:" + "A" * 35


class Scripted(BaseSession):
    """Each call takes the next answer: raw bytes with a status, an error, or what `then` says."""

    def __init__(self, *answers: Any, then: Callable[[Any], Any] | None = None) -> None:
        super().__init__()
        self.answers = list(answers)
        self.then = then
        self.calls: list[TelegramMethod[Any]] = []

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own signature
    ) -> Any:
        """See BaseSession."""
        self.calls.append(method)
        answer = self.answers.pop(0) if self.answers else self.then(method) if self.then else OK
        if isinstance(answer, BaseException):
            raise answer
        status: int = answer[0]
        text: str = answer[1]
        return self.check_response(bot, method, status, text).result

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """See BaseSession."""
        yield b""

    async def close(self) -> None:
        """See BaseSession."""

    @property
    def names(self) -> list[str]:
        """The methods that were called."""
        return [call.__api_method__ for call in self.calls]


def bot_with(session: Scripted) -> Bot:
    """aiogram's Bot over a script."""
    return Bot(TOKEN, session=session)


OK = (200, '{"ok":true,"result":true}')
MESSAGE = (
    200,
    '{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"text":"x"}}',
)
BAD = (400, '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse"}')
BLOCKED = (403, '{"ok":false,"error_code":403,"description":"Forbidden: blocked by the user"}')
BROKEN = (500, '{"ok":false,"error_code":500,"description":"Internal Server Error"}')
GATEWAY = (502, "<html>Bad Gateway</html>")
CONFLICT = (409, '{"ok":false,"error_code":409,"description":"Conflict: other getUpdates"}')
ODD = (200, '{"ok":true,"result":"what?"}')


def wait(seconds: int) -> tuple[int, str]:
    """Telegram asks to wait."""
    return (
        429,
        '{"ok":false,"error_code":429,"description":"Too Many Requests",'
        f'"parameters":{{"retry_after":{seconds}}}}}',
    )
