"""Drafts of streamed answers: sendMessageDraft and sendRichMessageDraft.

A draft is a preview for 30 seconds (core.telegram.org/bots/api#sendmessagedraft). Drafts and chat
actions together are limited to 20 in 5 s and 40 in 30 s (core.telegram.org/api/bots/ai.html).
"""

from collections import deque
from collections.abc import Callable
from datetime import timedelta

import msgspec

from telegram_emulator.changes import Changes
from telegram_emulator.clock import Clock
from telegram_emulator.events import DraftEndedEvent, DraftEvent
from telegram_emulator.faults import rate_limit
from telegram_emulator.refusals import too_many_requests
from telegram_emulator.schemas import Draft

LIFE = timedelta(seconds=30)
LIMITS = ((20, 5.0), (40, 30.0))


class Drafts:
    """The drafts of every chat; in memory, since they end with a restart."""

    def __init__(
        self, clock: Clock, changes: Changes, later: Callable[[float, Callable[[], None]], None]
    ) -> None:
        self._clock = clock
        self._changes = changes
        self._later = later
        self._drafts: dict[int, dict[int, Draft]] = {}
        self._calls: dict[int, deque[float]] = {}

    def of(self, person_id: int) -> list[Draft]:
        """The drafts in a person's chat."""
        return list(self._drafts.get(person_id, {}).values())

    def count_call(self, person_id: int) -> None:
        """Count a draft or chat action.

        Raises:
            ApiError: 429, when there have been too many.
        """
        calls = self._calls.setdefault(person_id, deque())
        if wait := rate_limit(calls, self._clock.real().timestamp(), LIMITS):
            raise too_many_requests(wait)

    def show(self, person_id: int, draft: Draft) -> None:
        """Show a new or longer draft. A stopped draft accepts no more text."""
        drafts = self._drafts.setdefault(person_id, {})
        known = drafts.get(draft.draft_id)
        if known is not None and known.stopped:
            return
        draft = msgspec.structs.replace(draft, expires_at=self._clock.now() + LIFE)
        drafts[draft.draft_id] = draft
        self._changes.emit(DraftEvent(person_id, draft))
        self._later(LIFE.total_seconds(), lambda: self._expire(person_id, draft))

    def _expire(self, person_id: int, shown: Draft) -> None:
        if self._drafts.get(person_id, {}).get(shown.draft_id) is shown:
            self.end(person_id, shown.draft_id)

    def stop(self, person_id: int, draft_id: int) -> Draft | None:
        """The person presses stop; returns the draft if the bot must be told."""
        draft = self._drafts.get(person_id, {}).get(draft_id)
        if draft is None or not draft.can_stop or draft.stopped:
            return None
        stopped = msgspec.structs.replace(draft, stopped=True)
        self._drafts[person_id][draft_id] = stopped
        if draft.keep_on_stop:
            self._changes.emit(DraftEvent(person_id, stopped))
            self._later(LIFE.total_seconds(), lambda: self._expire(person_id, stopped))
        else:
            self.end(person_id, draft_id)
        return draft

    def end(self, person_id: int, draft_id: int) -> None:
        """Remove a draft."""
        if self._drafts.get(person_id, {}).pop(draft_id, None) is not None:
            self._changes.emit(DraftEndedEvent(person_id, draft_id))

    def end_all(self, person_id: int) -> None:
        """Remove all drafts of a chat when the bot sends a message there."""
        for draft in self.of(person_id):
            self.end(person_id, draft.draft_id)
