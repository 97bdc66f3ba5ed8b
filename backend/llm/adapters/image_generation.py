"""Image generation: OpenAI's `/images/generations` and `/images/edits`, and xAI's with their own
fields.

It answers as any adapter does, so that runs, receipts, retries and prices are the same: Sent, a
tool at work, the picture, its usage, Done. The prompt is the last turn's text; where that turn
brings pictures, they are edited.
"""

import base64
import binascii
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

import msgspec

from backend.errors import ProviderRefused, ProviderTimedOut, ProviderUnavailable
from backend.llm.adapters.failures import garbled, response_failure
from backend.llm.events import Done, Event, Image, Sent, ToolActivity, Usage
from backend.llm.http import multipart
from backend.llm.http.wire import Budgets, BudgetSpent, ConnectFailed, HttpClient
from backend.llm.model import Model, Provider
from backend.llm.port import ChatRequest, ImagePart, TextPart

TOOL: Final = "image_generation"
ANSWER_BYTES: Final = 48 * 1024 * 1024
MAX_PROMPT: Final = 8_000
MAX_PICTURES: Final = 5
JSON: Final = "application/json"
BUDGETS: Final = Budgets(connect=10.0, first_event=240.0, idle=120.0, hard=300.0)
TICKS_PER_MICRO_DOLLAR: Final = 10_000
"""xAI reports costs in ticks: 10^10 are a dollar."""

_SIGNATURES: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)


class ImageGeneration:
    """The adapter: one provider, one key."""

    def __init__(self, http: HttpClient, provider: Provider, key: str = "") -> None:
        self._http = http
        self._provider = provider
        self._base = provider.base_url.rstrip("/") + "/images/"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """Make one picture; see `backend.llm.port.Adapter`."""
        model, pictures = request.model, pictures_of(request)
        url = self._base + ("edits" if pictures else "generations")
        make = encode_edit if pictures else encode
        kind, body = make(request, self._provider)
        yield (Sent.of(self._provider.id, model.id, url, body),)
        yield (ToolActivity(TOOL, "started"),)
        told = await self._post(url, kind, body)
        yield (*events(told, model, self._provider.name), Done("stop"))

    async def _post(self, url: str, kind: str, body: bytes) -> bytes:
        name = self._provider.name
        headers = {**self._headers, "Accept": "application/json", "Content-Type": kind}
        try:
            answer = await self._http.post(url, headers, body, BUDGETS)
        except ConnectFailed as error:
            raise ProviderUnavailable(provider=name, reason=str(error)) from error
        except BudgetSpent as error:
            raise ProviderTimedOut(provider=name, kind=error.kind) from error
        try:
            told = await answer.read_all(ANSWER_BYTES)
        finally:
            await answer.close()
        if answer.status != 200:
            raise response_failure(name, answer.status, answer.headers, told)
        return told


def encode(request: ChatRequest, provider: Provider) -> tuple[str, bytes]:
    """The content type and the exact bytes of the request's body."""
    prompt = next((turn.text for turn in reversed(request.turns) if turn.role == "user"), "")
    body: dict[str, Any] = {
        "model": request.model.wire_name,
        "prompt": prompt[:MAX_PROMPT],
        "n": 1,
    }
    if provider.profile == "xai":
        # A URL would have to be fetched, and expires soon.
        body["response_format"] = "b64_json"
    return JSON, msgspec.json.encode(body)


def pictures_of(request: ChatRequest) -> tuple[ImagePart, ...]:
    """The pictures that the last turn brings, as many as providers take."""
    turn = next((one for one in reversed(request.turns) if one.role == "user"), None)
    found = [part for part in turn.parts if isinstance(part, ImagePart)] if turn else []
    return tuple(found[:MAX_PICTURES])


def encode_edit(request: ChatRequest, provider: Provider) -> tuple[str, bytes]:
    """The content type and the exact bytes of an edit's body: JSON with data addresses for xAI, a
    form for OpenAI."""
    turn = next(one for one in reversed(request.turns) if one.role == "user")
    prompt = [part.text for part in turn.parts if isinstance(part, TextPart)][-1][:MAX_PROMPT]
    pictures = pictures_of(request)
    if provider.profile == "xai":
        images = [
            {"type": "image_url", "url": f"data:{one.media_type};base64,{_base64(one.data)}"}
            for one in pictures
        ]
        only: dict[str, Any] = {"image": images[0]} if len(images) == 1 else {"images": images}
        fields = {"model": request.model.wire_name, "prompt": prompt, "n": 1, **only}
        return JSON, msgspec.json.encode({**fields, "response_format": "b64_json"})
    return multipart.encode(
        [
            multipart.Field("model", request.model.wire_name.encode()),
            multipart.Field("prompt", prompt.encode()),
            *(
                multipart.Field("image[]", one.data, f"picture-{number}", one.media_type)
                for number, one in enumerate(pictures, 1)
            ),
        ]
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def events(told: bytes, model: Model, provider: str) -> tuple[Event, ...]:
    """The picture and its usage.

    Raises:
        ProviderRefused: it was withheld or not made because of its content.
        ProviderGarbled: there is no picture in the answer.
    """
    try:
        answer: Any = msgspec.json.decode(told)
        first: Any = answer["data"][0]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, IndexError, TypeError):
        raise garbled(provider, "no picture") from None
    if not isinstance(first, dict):
        raise garbled(provider, "no picture")
    if first.get("respect_moderation") is False:
        raise ProviderRefused(provider=provider, reason="moderation")
    try:
        data = base64.b64decode(str(first["b64_json"]), validate=True)
    except (KeyError, binascii.Error):
        raise garbled(provider, "no picture") from None
    media_type = next((kind for start, kind in _SIGNATURES if data.startswith(start)), None)
    if media_type is None:
        raise garbled(provider, "no picture")
    usage = answer.get("usage")
    return (
        ToolActivity(TOOL, "completed", _revised(first)),
        Image(media_type, data),
        _usage(usage if isinstance(usage, dict) else {}, model),
    )


def _revised(first: dict[str, Any]) -> str | None:
    """The prompt as revised by the provider, if reported."""
    revised = first.get("revised_prompt")
    return revised[:500] if isinstance(revised, str) and revised else None


def _usage(usage: dict[str, Any], model: Model) -> Usage:
    ticks = usage.get("cost_in_usd_ticks")
    cost = model.image_price
    if isinstance(ticks, int) and ticks >= 0:
        cost = -(-ticks // TICKS_PER_MICRO_DOLLAR)
    return Usage(
        input_tokens=_count(usage, "input_tokens"),
        output_tokens=_count(usage, "output_tokens"),
        tool_calls={TOOL: 1},
        cost_micro_dollars=cost,
    )


def _count(usage: dict[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) and value >= 0 else 0
