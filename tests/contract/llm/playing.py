"""Playing prepared bytes to a real adapter."""

from collections.abc import Sequence

from backend.errors import ProviderError
from backend.llm import ChatRequest, Event, PromptTurn, Reasoning, Sent, Text, TextPart
from backend.llm.http.canned import Canned, CannedHttp
from backend.llm.http.wire import HttpClient
from backend.llm.port import Adapter
from tests.contract.llm.transcripts import MODEL, Transcript, adapter, merged

REQUEST = ChatRequest(MODEL, "", (PromptTurn("user", (TextPart("How high is K2?"),)),))


async def play(
    transcript: Transcript, chunks: Sequence[bytes]
) -> tuple[list[Event], ProviderError | None]:
    """The adapter's events for these network reads, Sent left out, and how it failed if so."""
    headers = {"content-type": "text/event-stream; charset=utf-8", **transcript.headers}
    http = CannedHttp(Canned(chunks, headers=headers))
    events, failure = await collect(adapter(http, transcript.kind, transcript.profile))
    assert all(answer.closed for answer in http.given)
    assert isinstance(events[0], Sent)
    return merged(events[1:]), failure


async def collect(
    adapter: Adapter, request: ChatRequest = REQUEST
) -> tuple[list[Event], ProviderError | None]:
    """All events of one attempt, and how it failed if it did."""
    events: list[Event] = []
    stream = adapter.stream(request)
    try:
        async for batch in stream:
            assert batch, "no empty batches"
            events += batch
    except ProviderError as failure:
        return events, failure
    finally:
        await stream.aclose()
    return events, None


def text_of(events: Sequence[Event]) -> str:
    """The answer's text."""
    return "".join(event.text for event in events if isinstance(event, Text))


def reasoning_of(events: Sequence[Event]) -> str:
    """The answer's thinking."""
    return "".join(event.text for event in events if isinstance(event, Reasoning))


async def ask_at(
    http: HttpClient, address: str, kind: str, profile: str = "plain"
) -> tuple[list[Event], ProviderError | None]:
    """What the real adapter makes of the server at `address`."""
    return await collect(adapter(http, kind, profile, base_url=address))
