"""The Chat Completions adapter against llama.cpp's real server and the real small model.

Exercises backend/llm/local/llama_process.py, backend/llm/room.py.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.errors import PromptTooLong, ProviderRejectedKey, ProviderUnavailable
from backend.llm import ChatRequest, Done, PromptTurn, Sent, Text, TextPart, Usage
from backend.llm.adapters.chat_completions import ChatCompletions
from backend.llm.catalog.catalog import Catalog
from backend.llm.http.client import Http
from backend.llm.local.local_server import LocalModel, LocalServer
from backend.llm.local.model_file import fetch_model
from backend.llm.port import Adapter
from backend.llm.prompts import prompting
from backend.settings import Settings
from tests.contract.llm.playing import collect, text_of
from tests.contract.llm.small_model_questions import QUESTIONS, is_right, loops

CATALOG = Catalog.load(Settings())
MODEL = CATALOG.active(Settings()).get("local")
PROVIDER = CATALOG.providers["local"]
Recorder = Callable[[str, object], None]
CACHE = Path(os.environ.get("TANYA_MODEL_CACHE", ".data"))


def request(text: str, limit: int | None = 24) -> ChatRequest:
    """A question to the local model."""
    turns = (PromptTurn("user", (TextPart(text),)),)
    return ChatRequest(
        MODEL, "You are a helpful assistant.", turns, max_output_tokens=limit, temperature=0.0
    )


@pytest.fixture(scope="module")
def model_file() -> Path:
    """The model's file, fetched once into a directory that outlives the tests."""
    return fetch_model(CACHE)


@pytest.fixture
async def server(model_file: Path) -> AsyncIterator[LocalServer]:
    """llama.cpp's server with the model loaded."""
    made = LocalServer(model_file)
    await made.base_url()
    yield made
    await made.close()


@pytest.fixture
def local(http: Http, server: LocalServer) -> Adapter:
    """The local model's adapter."""
    return LocalModel(http, PROVIDER, server)


async def test_it_answers(local: Adapter) -> None:
    """A whole answer: Sent first, text, usage, Done last."""
    events, failure = await collect(local, request("What is the capital of France?"))
    assert failure is None
    assert isinstance(events[0], Sent)
    assert "Paris" in text_of(events)
    usage = next(event for event in events if isinstance(event, Usage))
    assert usage.input_tokens > 10
    assert usage.output_tokens > 3
    assert isinstance(events[-1], Done)


@pytest.mark.parametrize(
    ("questions", "right"),
    [
        pytest.param(QUESTIONS[::3], 8, id="ten"),
        pytest.param(QUESTIONS, 25, id="all", marks=pytest.mark.slow),
    ],
)
async def test_ordinary_questions(
    local: Adapter, questions: tuple[tuple[str, str], ...], right: int, record_property: Recorder
) -> None:
    """With the prompt that people's questions are sent with, at least 25 of 30 ordinary questions
    are answered right (8 of 10 in the short form), and no answer goes round in circles. Nothing is
    left to chance: the model says what is likeliest."""
    system = prompting.system(MODEL, date(2026, 11, 29)).text
    wrong: list[str] = []
    for question, expected in questions:
        asked = replace(request(question, 90), system=system, temperature=None)
        events, failure = await collect(local, asked)
        assert failure is None
        answer = text_of(events)
        assert not loops(answer), (question, answer)
        if not is_right(answer, expected):
            wrong.append(f"{question} {answer[:80]!r}")
    record_property("right", f"{len(questions) - len(wrong)} of {len(questions)}")
    print(f"right: {len(questions) - len(wrong)} of {len(questions)}", *wrong, sep="\n")
    assert len(questions) - len(wrong) >= right, wrong


async def test_the_first_page_offers_questions_that_it_answers(local: Adapter) -> None:
    """Those of the catalogue's entry, which an empty chat offers, are answered right."""
    system = prompting.system(MODEL, date(2026, 11, 29)).text
    assert len(MODEL.questions) == 3
    for question in MODEL.questions:
        asked = replace(request(question, 90), system=system, temperature=None)
        events, _ = await collect(local, asked)
        assert is_right(text_of(events), dict(QUESTIONS)[question]), text_of(events)


async def test_it_stops_at_the_limit(local: Adapter) -> None:
    """The limit of tokens is an end of its own kind."""
    events, failure = await collect(local, request("Count from one to fifty.", 5))
    assert failure is None
    assert events[-1] == Done("length")


async def test_two_at_once(local: Adapter) -> None:
    """Two people are answered at the same time."""
    answers = await asyncio.gather(
        *(collect(local, request(f"Say the word {word}.", 12)) for word in ("tree", "river"))
    )
    assert all(failure is None and text_of(events) for events, failure in answers)


async def test_too_long_a_prompt(local: Adapter) -> None:
    """More than the window is our own error, told before any text."""
    events, failure = await collect(local, request("word " * 9000))
    assert isinstance(failure, PromptTooLong)
    assert text_of(events) == ""


async def test_cancelling_frees_the_slot(local: Adapter) -> None:
    """Closing the stream stops the generation: the next question is answered at once."""
    for _ in range(3):
        stream = local.stream(request("Tell a very long story.", 1000))
        async for batch in stream:
            if any(isinstance(event, Text) for event in batch):
                break
        await stream.aclose()
    started = time.monotonic()
    _, failure = await collect(local, request("Say yes.", 4))
    assert failure is None
    assert time.monotonic() - started < 10


async def test_nobody_else_is_served(http: Http, server: LocalServer) -> None:
    """Another program on this machine, without the key, gets nothing."""
    there = replace(PROVIDER, base_url=await server.base_url())
    _, failure = await collect(ChatCompletions(http, there, "wrong"), request("Hello"))
    assert isinstance(failure, ProviderRejectedKey)


async def test_it_comes_back_after_a_crash(http: Http, server: LocalServer) -> None:
    """A process that dies is started again by the next question."""
    process = server._process
    assert process is not None
    process.kill()
    await process.wait()
    events, failure = await collect(LocalModel(http, PROVIDER, server), request("Hello", 4))
    assert failure is None
    assert text_of(events)


async def test_it_ends_fast(model_file: Path, http: Http) -> None:
    """Closing in the middle of an answer does not wait for the answer."""
    server = LocalServer(model_file)
    stream = LocalModel(http, PROVIDER, server).stream(request("Tell a long story.", 1000))
    async for batch in stream:
        if any(isinstance(event, Text) for event in batch):
            break
    started = time.monotonic()
    await server.close()
    assert time.monotonic() - started < 10  # the story would take longer
    await stream.aclose()


@pytest.mark.parametrize("content", [None, b"this is no model"])
async def test_no_model(tmp_path: Path, http: Http, content: bytes | None) -> None:
    """A missing or broken file is an unavailable provider, not a crash."""
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    local = LocalModel(http, PROVIDER, LocalServer(path))
    _, failure = await collect(local, request("Hello"))
    assert isinstance(failure, ProviderUnavailable)
