"""One attempt at one provider, the same for every wire protocol.

What differs between protocols is a `Reader`: it turns the payloads of one network read into events.
This file does the rest: it sends, checks status and content type before any parsing, keeps the
budgets, and closes the connection however the attempt ends. A complete answer stays complete,
whatever fails after it; usage is reported also for failed attempts.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Protocol

import msgspec

from backend.errors import AnswerTruncated, ProviderError, ProviderTimedOut, ProviderUnavailable
from backend.llm.adapters.failures import error_facts, failure, garbled, response_failure
from backend.llm.adapters.payload_json import lenient_json
from backend.llm.adapters.sse import ErrorPayload, EventTooLarge, SseParser
from backend.llm.events import Event, Sent, Usage
from backend.llm.http.wire import (
    Budgets,
    BudgetSpent,
    ConnectFailed,
    ConnectionBroke,
    HttpAnswer,
    HttpClient,
)


class PayloadReader(Protocol):
    """Turns one protocol's payloads into events; one object an attempt."""

    ended: bool
    """The protocol's last event was read; the rest is ignored."""
    whole: bool
    """The answer is complete, though usage may follow."""
    failure: ProviderError | None
    """An error inside the stream; raised after the events that came before it."""

    def begin(self, headers: Mapping[str, str]) -> list[Event]:
        """Events from the answer's headers."""
        ...

    def read(self, payloads: list[bytes]) -> list[Event]:
        """Events of the payloads of one network read; may set `ended` or `failure`."""
        ...

    def finish(self) -> list[Event]:
        """The end of the body: sets `ended` and returns Done if the answer is complete."""
        ...

    def usage(self) -> Usage | None:
        """The usage reported so far, for an attempt that fails."""
        ...


class Call(msgspec.Struct, frozen=True):
    """Everything that one attempt sends."""

    provider: str
    provider_name: str
    model_id: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    budgets: Budgets

    def sent(self) -> Sent:
        """The record of what is sent."""
        return Sent.of(self.provider, self.model_id, self.url, self.body)


async def attempt(
    http: HttpClient, call: Call, reader: PayloadReader
) -> AsyncGenerator[Sequence[Event], None]:
    """Make the call and yield one batch of events per network read.

    Sent is yielded before the first byte is sent, and nothing is sent until the next batch is
    pulled: every attempt that connects has a receipt, though a receipt's attempt may not have
    connected.

    Raises:
        ProviderError: one of its subclasses.
    """
    yield (call.sent(),)
    answer = await _post(http, call)
    call = msgspec.structs.replace(call, body=b"")  # sent; thousands are kept in memory at once
    try:
        await _check(answer, call)
        if events := reader.begin(answer.headers):
            yield events
        answer.begun()
        parser = SseParser()
        while not reader.ended:
            payloads, over = await _next(answer, parser, call)
            failed = _told_error(payloads, call) if parser.has_error else None
            if payloads and (events := reader.read(payloads)):
                yield events
            failed = reader.failure or failed or over
            if reader.whole and failed is None:
                answer.last_words()
            if failed is not None and not reader.ended:
                events = reader.finish()
                if not reader.ended and (used := reader.usage()) is not None:
                    events = [*events, used]
                if events:
                    yield events
                if not reader.ended:
                    raise failed
        await answer.settle()
    finally:
        await answer.close()


async def _post(http: HttpClient, call: Call) -> HttpAnswer:
    try:
        return await http.post(call.url, call.headers, call.body, call.budgets)
    except ConnectFailed as error:
        raise ProviderUnavailable(provider=call.provider_name, reason=str(error)) from error
    except BudgetSpent as error:
        raise ProviderTimedOut(provider=call.provider_name, kind=error.kind) from error


async def _check(answer: HttpAnswer, call: Call) -> None:
    """Refuse other statuses and content types. JSON is read like a stream."""
    if answer.status != 200:
        body = await answer.read_all()
        raise response_failure(call.provider_name, answer.status, answer.headers, body)
    if (kind := answer.content_type).endswith(("html", "xml")):
        raise garbled(call.provider_name, f"content type {kind[:40]}")


def _told_error(payloads: list[bytes], call: Call) -> ProviderError | None:
    """The error of an `error` event; it and what follows are removed from `payloads`."""
    for place, payload in enumerate(payloads):
        if isinstance(payload, ErrorPayload):
            del payloads[place:]
            return failure(call.provider_name, 200, error_facts(payload))
    return None


async def _next(
    answer: HttpAnswer, parser: SseParser, call: Call
) -> tuple[list[bytes], ProviderError | None]:
    """The payloads of the next read that has some, or why there are no more.

    A lost connection or spent budget is an error only if the answer is incomplete: some servers
    send a finish reason and then go silent.
    """
    name = call.provider_name
    try:
        while chunk := await answer.read():
            if payloads := parser.feed(chunk):
                answer.progress()
                return payloads, None
    except BudgetSpent as error:
        return [], ProviderTimedOut(provider=name, kind=error.kind)
    except ConnectionBroke as error:
        return _whole_only(parser), AnswerTruncated(provider=name, reason=str(error))
    except EventTooLarge:
        return [], garbled(name, "event too large")
    return _whole_only(parser), AnswerTruncated(provider=name)


def _whole_only(parser: SseParser) -> list[bytes]:
    """A last event without its blank line, unless it is incomplete."""
    return [payload for payload in parser.finish() if _is_whole(payload)]


def _is_whole(payload: bytes) -> bool:
    return payload == b"[DONE]" or lenient_json(payload) is not None
