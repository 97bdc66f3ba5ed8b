"""A mock provider: every protocol and every fault, over real HTTP.

    .venv/bin/python -m backend.llm.simulation.mock_provider --port 8099

Tests and local mode use it. A model named `fault:<name>` fails as mock_faults.py says; any other
gets a labelled simulation of an answer, with a search and sources when it was asked to search. It
is plain asyncio, since a well-behaved server cannot be made to break off inside a character.
"""

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final, Self

import msgspec
from msgspec import Struct

from backend.i18n import translator
from backend.llm.simulation.mock_faults import STREAM_ERRORS, WRONG_ANSWERS, WrongAnswer
from backend.llm.simulation.mock_protocols import PROTOCOLS, WHOLE, MockAnswer
from backend.llm.simulation.simulated_checks import CHECKING, LISTING, claims_of, verdict_of

RETENTION: Final = "X-Zero-Data-Retention: true\r\n"
WHOLE_ALL_THE_SAME: Final = frozenset({"", "refusal", "length"})
"""Faults that break nothing off."""
MODELS: Final = ("mock-chat", "mock-vision", "mock-embedding")
HEARD: Final = "What is the capital of France?"
"""What it hears in every recording."""
QUIZ: Final = "Make a quiz about the subject or the text below"
"""What prompts/quiz.j2 asks for."""
FOLLOW_UPS: Final = "might well send next"
"""What prompts/follow_ups.j2 asks for."""


class ProviderRequest(Struct, frozen=True):
    """One request, as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes


class MockProvider:
    """The server; `pace` is the pause between pieces in seconds.

    `answer` makes the answer of a request's JSON; `received` keeps the last requests.
    """

    def __init__(
        self, *, pace: float = 0.0, answer: Callable[[dict[str, Any]], MockAnswer] | None = None
    ) -> None:
        self._pace = pace
        self._answer = answer or simulation
        self._server: asyncio.Server | None = None
        self._calls: dict[str, int] = {}
        self._connections: set[asyncio.StreamWriter] = set()
        self.received: list[ProviderRequest] = []
        self.base_url = ""

    async def start(self, port: int = 0) -> Self:
        """Listen on loopback; port 0 takes any that is free."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def close(self) -> None:
        """Drop all connections and stop listening."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._connections):
                writer.transport.abort()
            await asyncio.sleep(0)
            self._server = None

    @property
    def connections(self) -> int:
        """How many are open now."""
        return len(self._connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while (request := await _read_request(reader)) is not None:
                self.received = [*self.received[-99:], request]
                if not await self._reply(request, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _reply(
        self, request: ProviderRequest, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; false when the connection is to end."""
        if request.path == "/v1/models":
            listed = {"data": [{"id": name, "context_length": 4096} for name in MODELS]}
            _write_whole(writer, WrongAnswer(200, msgspec.json.encode(listed)))
            return True
        if request.path == "/v1/audio/transcriptions":
            _write_whole(writer, WrongAnswer(200, msgspec.json.encode({"text": HEARD})))
            return True
        if request.path not in PROTOCOLS:
            _write_whole(writer, WrongAnswer(404, b'{"error":"no such address"}'))
            return True
        asked = msgspec.json.decode(request.body)
        fault = self._fault(str(asked.get("model", "")))
        if fault in WRONG_ANSWERS:
            _write_whole(writer, WRONG_ANSWERS[fault])
            return True
        if fault == "dies_before_headers":
            return False
        if fault == "silence":
            await reader.read()
            return False
        answer = self._answer(asked)
        if fault in ("refusal", "length"):
            answer = msgspec.structs.replace(answer, end=fault)
        if not asked.get("stream"):
            if self._pace:
                await asyncio.sleep(self._pace)
            return _write_answer(writer, msgspec.json.encode(WHOLE[request.path](answer)), fault)
        return await self._stream(request.path, fault, answer, reader, writer)

    def _fault(self, model: str) -> str:
        """The fault that the model's name asks for; `flaky` fails every other time."""
        fault = model.removeprefix("fault:") if model.startswith("fault:") else ""
        if fault == "flaky":
            self._calls[model] = self._calls.get(model, 0) + 1
            return "error_503" if self._calls[model] % 2 else ""
        return fault

    async def _stream(
        self,
        path: str,
        fault: str,
        answer: MockAnswer,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        headers = f"Content-Type: text/event-stream\r\n{RETENTION}"
        writer.write(f"HTTP/1.1 200 OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode())
        said = False
        async for frame in self._paced(_frames(path, fault, answer)):
            if frame is None:  # a mishap: silence, or the connection's end
                if fault.startswith("stall"):
                    await _stall(reader, writer, comments=fault == "stall_with_comments")
                return False
            writer.write(b"%x\r\n%s\r\n" % (len(frame), frame))
            await writer.drain()
            said = True
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return said

    async def _paced(self, frames: Iterator[bytes | None]) -> AsyncIterator[bytes | None]:
        for frame in frames:
            if self._pace and frame is not None:
                await asyncio.sleep(self._pace)
            yield frame


def _frames(path: str, fault: str, answer: MockAnswer) -> Iterator[bytes | None]:
    """The answer's frames with the fault applied; None is where it occurs."""
    whole = list(PROTOCOLS[path](answer))
    first = next(at for at, frame in enumerate(whole) if answer.pieces[0].encode() in frame)
    if fault in ("dies_after_first", "stall", "stall_with_comments"):
        yield from [*whole[: first + 1], None]
    elif fault == "dies_halfway":
        yield from [*whole[: first + len(answer.pieces) // 2], None]
    elif fault == "dies_before_first":
        yield None
    elif fault == "half_character":
        cut = whole[first].replace(answer.pieces[0].encode(), "й".encode()[:1])
        yield from [*whole[:first], cut[: cut.index(b"\xd0") + 1], None]
    elif fault == "garbage":
        yield from [*whole[: first + 1], b"data: {not json\n\n", *whole[first + 1 :]]
    elif fault == "error_in_stream":
        yield from [*whole[: first + 1], STREAM_ERRORS[path]]
    elif fault == "no_terminal":
        yield from whole[: first + max(1, len(answer.pieces) - 1)]
    elif fault == "never_ends":
        yield from whole[: first + 1]
        while True:
            yield whole[first]
    else:
        yield from whole


async def _stall(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, comments: bool
) -> None:
    """Send nothing but comments until the client disconnects."""
    while not reader.at_eof():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.05)
        if comments:
            writer.write(b"e\r\n: keep-alive\n\n\r\n")
            await writer.drain()


async def _read_request(reader: asyncio.StreamReader) -> ProviderRequest | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (ln.partition(":") for ln in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return ProviderRequest(first.split(" ")[1], headers, body)


def _write_answer(writer: asyncio.StreamWriter, body: bytes, fault: str) -> bool:
    """An answer in one piece; a mishap of streams breaks it off halfway: the result is False."""
    headers = f"Content-Type: application/json\r\n{RETENTION}Content-Length: {len(body)}\r\n"
    is_whole = fault in WHOLE_ALL_THE_SAME
    sent = body if is_whole else body[: len(body) // 2]
    writer.write(f"HTTP/1.1 200 OK\r\n{headers}\r\n".encode() + sent)
    return is_whole


def _write_whole(writer: asyncio.StreamWriter, answer: WrongAnswer) -> None:
    lines = [f"HTTP/1.1 {answer.status} Mock", f"Content-Type: {answer.content_type}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines += [f"Content-Length: {len(answer.body)}", "", ""]
    writer.write("\r\n".join(lines).encode() + answer.body)


# ── The simulation ──────────────────────────────────────────────────────────────────────


def simulation(asked: dict[str, Any]) -> MockAnswer:
    """An answer that says, in the question's language, that it is simulated."""
    question = _question(asked)
    t = translator(_language(question))
    if FOLLOW_UPS in question:
        return MockAnswer(t("simulation.follow_ups"), input_tokens=len(question) // 4)
    if QUIZ in question:
        return MockAnswer(t("simulation.quiz"), input_tokens=len(question) // 4)
    if LISTING in question:
        return MockAnswer(claims_of(question), input_tokens=len(question) // 4)
    if CHECKING in question:
        verdict = verdict_of(question, _language(question))
        return MockAnswer(verdict, search=question[:80], input_tokens=len(question) // 4)
    shown = question if len(question) <= 200 else question[:200] + "…"
    search = shown[:80] if asked.get("tools") else None
    part = "searched" if search else "plain"
    text = t(f"simulation.{part}", question=" ".join(shown.split()))
    return MockAnswer(text, t("simulation.reasoning"), search, input_tokens=len(question) // 4 + 20)


def _question(asked: dict[str, Any]) -> str:
    turns = asked.get("input", asked.get("messages")) or [{}]
    content = turns[-1].get("content", "") if isinstance(turns, list) else turns
    if isinstance(content, list):
        content = " ".join(str(part.get("text") or "") for part in content)
    return str(content).strip()


def _language(text: str) -> str:
    if any("\u0400" <= letter <= "\u04ff" for letter in text):
        return "ru"
    return "ar" if any("\u0600" <= letter <= "\u06ff" for letter in text) else "en"


async def _run(port: int, pace: float) -> None:
    provider = await MockProvider(pace=pace).start(port)
    print(f"The mock provider listens at {provider.base_url}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Run it until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A mock provider of all three protocols.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--pace", type=float, default=0.02, help="seconds between pieces")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(options.port, options.pace))


if __name__ == "__main__":
    main()
