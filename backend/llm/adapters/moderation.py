"""Moderation at a provider: OpenAI's `/moderations`, and what speaks like it.

Nothing but the texts or the picture and the model's name leaves
(platform.openai.com/docs/api-reference/moderations). OpenAI takes one picture a request.
"""

import base64
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.errors import ProviderTimedOut, ProviderUnavailable
from backend.llm.adapters.failures import garbled, response_failure
from backend.llm.events import Sent, Usage
from backend.llm.http.wire import Budgets, BudgetSpent, ConnectFailed, HttpClient
from backend.llm.model import Provider
from backend.llm.port import ImagePart
from backend.llm.tokens import IMAGE_TOKENS, count_tokens

ANSWER_BYTES: Final = 1024 * 1024
BUDGETS: Final = Budgets(connect=3.0, first_event=6.0, idle=6.0, hard=8.0)
"""The first word of an answer waits for the judgement."""
PIECE: Final = 8_000
"""Characters of one text of the request."""
LONGEST_CATEGORY: Final = 64
MILLION: Final = 1_000_000

BeforeSend: TypeAlias = Callable[[Sent], Awaitable[None]]


class Flagged(Struct, frozen=True):
    """The categories that any of the texts fell into, in the answer's order, and what it took."""

    categories: tuple[str, ...]
    sent: Sent
    usage: Usage


class ModerationEndpoint:
    """The adapter: one provider, one key, one model. `price` is in micro-dollars for a million
    tokens; `sees` says whether the model judges pictures."""

    def __init__(
        self,
        http: HttpClient,
        provider: Provider,
        key: str,
        model: str,
        *,
        price: int = 0,
        sees: bool = True,
    ) -> None:
        self._http = http
        self._key = key
        self._price = price
        self.sees = sees
        self.model = model
        self.provider = provider.id
        self.name = provider.name
        self._url = f"{provider.base_url}/moderations"

    async def classify(self, content: str | ImagePart, before_send: BeforeSend) -> Flagged:
        """What a text or a picture is flagged for; long texts go in pieces of one request.

        `before_send` is awaited with the record of what is sent; nothing is sent if it fails.

        Raises:
            ProviderError: one of its subclasses.
        """
        asked = _picture(content) if isinstance(content, ImagePart) else _pieces(content)
        body = msgspec.json.encode({"model": self.model, "input": asked})
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        sent = Sent.of(self.provider, self.model, self._url, body)
        await before_send(sent)
        told = await self._post(headers, body)
        answer, results = _results(self.name, told, len(asked))
        usage = self._usage(answer, content)
        return Flagged(_categories(self.name, results), replace(sent, body=b""), usage)

    def estimate(self, content: str | ImagePart) -> Usage:
        """What it takes to judge this, where the provider does not say."""
        tokens = IMAGE_TOKENS if isinstance(content, ImagePart) else count_tokens(content)
        return self._priced(tokens, estimated=True)

    def _usage(self, answer: Any, content: str | ImagePart) -> Usage:
        usage = answer.get("usage")
        told = usage.get("prompt_tokens") if isinstance(usage, dict) else None
        if isinstance(told, int) and 0 < told < MILLION:
            return self._priced(told, estimated=False)
        return self.estimate(content)

    def _priced(self, tokens: int, *, estimated: bool) -> Usage:
        cost = -(-tokens * self._price // MILLION)
        return Usage(input_tokens=tokens, cost_micro_dollars=cost, estimated=estimated)

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


def _pieces(text: str) -> list[Any]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def _picture(picture: ImagePart) -> list[Any]:
    data = base64.b64encode(picture.data).decode()
    address = f"data:{picture.media_type};base64,{data}"
    return [{"type": "image_url", "image_url": {"url": address}}]


def _results(provider: str, told: bytes, pieces: int) -> tuple[Any, list[Any]]:
    try:
        answer: Any = msgspec.json.decode(told)
        results: Any = answer["results"]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        raise garbled(provider, "no results") from None
    if not isinstance(results, list) or len(results) != pieces:
        raise garbled(provider, "not a result for each text")
    return answer, results


def _categories(provider: str, results: Sequence[Any]) -> tuple[str, ...]:
    """Mistral's answers have no `flagged`, so what is true of the categories decides."""
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
