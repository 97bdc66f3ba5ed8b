"""Moderation at a provider: OpenAI's `/moderations`, and what speaks like it.

Nothing but the texts and the model's name leaves
(platform.openai.com/docs/api-reference/moderations).
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.errors import ProviderTimedOut, ProviderUnavailable
from backend.llm.adapters.failures import garbled, response_failure
from backend.llm.events import Sent
from backend.llm.http.wire import Budgets, BudgetSpent, ConnectFailed, HttpClient
from backend.llm.model import Provider

ANSWER_BYTES: Final = 1024 * 1024
BUDGETS: Final = Budgets(connect=3.0, first_event=6.0, idle=6.0, hard=8.0)
"""Somebody waits for their answer's first word meanwhile."""
PIECE: Final = 8_000
"""Characters of one text of the request."""
LONGEST_CATEGORY: Final = 64


class Flagged(Struct, frozen=True):
    """The categories that any of the texts fell into, in the answer's order."""

    categories: tuple[str, ...]
    sent: Sent


class ModerationEndpoint:
    """The adapter: one provider, one key, one model."""

    def __init__(self, http: HttpClient, provider: Provider, key: str, model: str) -> None:
        self._http = http
        self._key = key
        self.model = model
        self.provider = provider.id
        self.name = provider.name
        self._url = f"{provider.base_url}/moderations"

    async def classify(self, text: str, before_send: Callable[[Sent], Awaitable[None]]) -> Flagged:
        """What the text is flagged for; long texts go in pieces of one request.

        `before_send` is awaited with the record of what is sent; nothing is sent if it fails.

        Raises:
            ProviderError: one of its subclasses.
        """
        pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
        body = msgspec.json.encode({"model": self.model, "input": pieces})
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        sent = Sent.of(self.provider, self.model, self._url, body)
        await before_send(sent)
        told = await self._post(headers, body)
        return Flagged(_categories(self.name, told, len(pieces)), replace(sent, body=b""))

    async def _post(self, headers: dict[str, str], body: bytes) -> bytes:
        try:
            answer = await self._http.post(self._url, headers, body, BUDGETS)
        except ConnectFailed as error:
            raise ProviderUnavailable(provider=self.name, reason=str(error)) from error
        except BudgetSpent as error:
            raise ProviderTimedOut(provider=self.name, kind=error.kind) from error
        try:
            told = await answer.read_all(ANSWER_BYTES)
        finally:
            await answer.close()
        if answer.status != 200:
            raise response_failure(self.name, answer.status, answer.headers, told)
        return told


def _categories(provider: str, told: bytes, pieces: int) -> tuple[str, ...]:
    """Mistral's answers have no `flagged`, so what is true of the categories decides."""
    try:
        results: Any = msgspec.json.decode(told)["results"]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        raise garbled(provider, "no results") from None
    if not isinstance(results, list) or len(results) != pieces:
        raise garbled(provider, "not a result for each text")
    found: dict[str, None] = {}
    for result in results:
        found |= dict.fromkeys(_flagged(provider, result))
    return tuple(found)


def _flagged(provider: str, result: Any) -> Sequence[str]:
    told = result.get("categories") if isinstance(result, dict) else None
    if not isinstance(told, dict):
        raise garbled(provider, "a result without categories")
    names = [str(name)[:LONGEST_CATEGORY] for name, value in told.items() if value is True]
    return names or (["flagged"] if result.get("flagged") is True else [])
