"""Queries that wait for the bot's answer: pressed buttons, inline and guest queries."""

import asyncio
from collections import deque
from collections.abc import Callable

from telegram_emulator.changes import Changes
from telegram_emulator.events import CallbackAnswerEvent
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi

SPINNER = 15.0
"""After how many seconds a client stops waiting for an answer to a pressed button."""
JOIN_ANSWER_WITHIN = 10.0
MOST_WIDGET_QUERIES, WIDGET_QUERIES_WITHIN = 5, 5.0
"""How many widget queries a person can send, in how many seconds."""
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Queries:
    """Queries without an answer yet; in memory, as Telegram also forgets them within a minute."""

    def __init__(
        self,
        changes: Changes,
        later: Callable[[float, Callable[[], None]], None],
        new_id: Callable[[], str],
    ) -> None:
        self._changes = changes
        self._later = later
        self._new_id = new_id
        self._callbacks: dict[str, int] = {}
        self._pressed: dict[str, int] = {}
        self._asked: dict[tuple[str, str], asyncio.Future[BotApi]] = {}
        self._guests: dict[str, tuple[int, str, int | None]] = {}
        self._joins: dict[str, tuple[int, int]] = {}
        self._widgets: dict[int, deque[float]] = {}
        self.last_results: dict[int, list[BotApi]] = {}

    def press(self, person_id: int) -> str:
        """Register a pressed button; returns the callback query's id."""
        query_id = self._new_id()
        self._callbacks[query_id] = self._pressed[query_id] = person_id
        self._later(SPINNER, lambda: self._give_up(query_id))
        return query_id

    def pressed_by(self, query_id: str) -> int | None:
        """Who pressed a button in the last 15 s, answered or not."""
        return self._pressed.get(query_id)

    def _give_up(self, query_id: str) -> None:
        self._pressed.pop(query_id, None)
        if query_id in self._callbacks:
            self.answer_callback(query_id, None, False, None)

    def answer_callback(
        self, query_id: str, text: str | None, show_alert: bool, url: str | None
    ) -> None:
        """answerCallbackQuery.

        Raises:
            ApiError: when the query is unknown, answered or too old.
        """
        person_id = self._callbacks.pop(query_id, None)
        if person_id is None:
            raise ApiError(TOO_OLD)
        self._changes.emit(CallbackAnswerEvent(person_id, query_id, text, show_alert, url))

    def ask(self, kind: str) -> tuple[str, asyncio.Future[BotApi]]:
        """The id of a new query of some kind, and a future for its answer."""
        query_id = self._new_id()
        future: asyncio.Future[BotApi] = asyncio.get_running_loop().create_future()
        self._asked[kind, query_id] = future
        return query_id, future

    def forget(self, kind: str, query_id: str) -> None:
        """Stop waiting for an answer."""
        self._asked.pop((kind, query_id), None)

    def answer(self, kind: str, query_id: str, answer: BotApi) -> None:
        """Set the bot's answer, for example from answerInlineQuery.

        Raises:
            ApiError: when nobody waits for it.
        """
        future = self._asked.pop((kind, query_id), None)
        if future is None or future.done():
            raise ApiError(TOO_OLD)
        future.set_result(answer)

    def may_ask_by_widget(self, person_id: int) -> bool:
        """Count a query of a person's widget; returns whether it is allowed now."""
        now = asyncio.get_running_loop().time()
        times = self._widgets.setdefault(person_id, deque(maxlen=MOST_WIDGET_QUERIES))
        if len(times) == MOST_WIDGET_QUERIES and now - times[0] < WIDGET_QUERIES_WITHIN:
            return False
        times.append(now)
        return True

    def ask_join(self, chat_id: int, person_id: int) -> str:
        """The id of a new join request query; the bot has 10 s to answer."""
        query_id = self._new_id()
        self._joins[query_id] = (chat_id, person_id)
        self._later(JOIN_ANSWER_WITHIN, lambda: self._forget_join(query_id))
        return query_id

    def _forget_join(self, query_id: str) -> None:
        self._joins.pop(query_id, None)

    def take_join(self, query_id: str) -> tuple[int, int]:
        """The chat and the person of a join request query; it can be taken once.

        Raises:
            ApiError: when it is unknown, answered or too old.
        """
        if query_id not in self._joins:
            raise ApiError(TOO_OLD)
        return self._joins.pop(query_id)

    def ask_guest(self, person_id: int, chat_title: str, chat_id: int | None) -> str:
        """A guest query's id; `chat_id` is set if the chat is in the emulator."""
        query_id = self._new_id()
        self._guests[query_id] = (person_id, chat_title, chat_id)
        return query_id

    def take_guest(self, query_id: str) -> tuple[int, str, int | None]:
        """Who asked and where; it can be taken once.

        Raises:
            ApiError: when it is unknown or answered.
        """
        if query_id not in self._guests:
            raise ApiError(TOO_OLD)
        return self._guests.pop(query_id)
