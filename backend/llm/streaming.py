"""One attempt at one provider, the same for every wire protocol.

What differs between protocols is a `Reader`: it turns the payloads of one network read into
events. This file does the rest: it sends, checks status and content type before any parsing,
keeps the budgets, and closes the connection however the attempt ends.
"""

import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Protocol

import msgspec

from backend.errors import AnswerTruncated, ProviderError, ProviderTimedOut, ProviderUnavailable
from backend.llm.events import Event, Sent
from backend.llm.failures import garbled, response_failure
from backend.llm.sse import EventTooLarge, SseParser
from backend.llm.wire import (
    Budgets,
    BudgetSpent,
    ConnectFailed,
    ConnectionBroke,
    HttpAnswer,
    HttpClient,
)


class Reader(Protocol):
    """Turns one protocol's payloads into events; one object an attempt."""

    ended: bool
    """The protocol's last event was read: what follows is of no interest."""
    whole: bool
    """The answer is complete, though facts about it (usage) may follow."""
    failure: ProviderError | None
    """An error inside the stream; raised after the events that came before it."""

    def begin(self, headers: Mapping[str, str]) -> list[Event]:
        """Events that the answer's headers tell."""
        ...

    def read(self, payloads: list[bytes]) -> list[Event]:
        """Events of the payloads of one network read; may set `ended` or `failure`."""
        ...

    def finish(self) -> list[Event]:
        """The bytes are over: sets `ended`, and gives Done, if the answer is whole."""
        ...


class Call(msgspec.Struct, frozen=True):
    """Everything about one attempt that goes over the wire."""

    provider: str
    provider_name: str
    model_id: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    budgets: Budgets

    def sent(self) -> Sent:
        """The record of what leaves."""
        return Sent(self.provider, self.model_id, hashlib.sha256(self.body).hexdigest())


async def attempt(
    http: HttpClient, call: Call, reader: Reader
) -> AsyncGenerator[Sequence[Event], None]:
    """Make the call and yield one batch of events per network read.

    Sent comes before the first byte leaves: a record may tell of an attempt that never
    connected, but none that did goes without.

    Raises:
        ProviderError: in one of its kinds.
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
            if payloads and (events := reader.read(payloads)):
                yield events
            if reader.failure is not None:
                raise reader.failure
            if reader.whole:
                answer.last_words()
            if over is not None and not reader.ended:
                events = reader.finish()
                if not reader.ended:
                    raise over
                yield events
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
    """Refuse what is not a stream: also a 200 can be an error in JSON, or a login page."""
    kind = answer.content_type
    is_json = kind.endswith(("/json", "+json"))
    if answer.status == 200 and not is_json and not kind.endswith(("html", "xml")):
        return
    body = await answer.read_all()
    if answer.status != 200 or (is_json and b'"error"' in body):
        raise response_failure(call.provider_name, answer.status, answer.headers, body)
    raise garbled(call.provider_name, f"content type {kind[:40]}")


async def _next(
    answer: HttpAnswer, parser: SseParser, call: Call
) -> tuple[list[bytes], ProviderError | None]:
    """The payloads of the next read that brings some, or why there will be no more.

    A lost connection or a spent budget is only an error if the answer is not whole: servers
    that end with a finish reason and then go silent exist.
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
    """A last event without its blank line, unless it was cut in the middle."""
    return [payload for payload in parser.finish() if _is_whole(payload)]


def _is_whole(payload: bytes) -> bool:
    if payload == b"[DONE]":
        return True
    try:
        msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
