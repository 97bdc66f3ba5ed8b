"""Which drafts are being written now: what a press on Telegram's Stop button stops."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID


class Drafts:
    """The drafts of this process, by chat and draft id."""

    def __init__(self) -> None:
        self._runs: dict[tuple[int, int], UUID] = {}

    @contextmanager
    def writing(self, chat_id: int, draft_id: int, run_id: UUID) -> Iterator[None]:
        """While inside, the draft belongs to the run."""
        self._runs[chat_id, draft_id] = run_id
        try:
            yield
        finally:
            self._runs.pop((chat_id, draft_id), None)

    def run_of(self, chat_id: int, draft_id: int) -> UUID | None:
        """The run that writes a draft of this chat."""
        return self._runs.get((chat_id, draft_id))
