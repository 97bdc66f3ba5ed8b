"""What reads model output and providers' errors takes time that grows as its input does.

Each reader is fed hostile text of several makes, once so long and once twice so long, up to
40 kB. Linear work takes twice as long; quadratic work four times. A factor of three is
allowed, and times are the best of several rounds, so that a busy machine fails nothing.
"""

import json
import time
from collections.abc import Callable

import pytest

from backend.errors import ProviderError
from backend.llm.adapters.chat_completions_stream import ChatReader
from backend.llm.adapters.error_facts import error_facts
from backend.llm.adapters.failures import response_failure
from backend.llm.adapters.gather import Gatherer
from backend.llm.adapters.payload_json import lenient_json, well_formed
from backend.llm.adapters.sse import SseParser
from backend.llm.adapters.think import ThinkSplitter
from backend.llm.prompts import prompting

SMALL, LARGE = 20_000, 40_000
FACTOR = 3.0
ROUNDS = 8
MAKES = (
    "<think>", "<think ", "<", "</think", "`</think>` ", "\n<think>x", "[", "◁", "<|channel|>",
    "<|start|>x", "\ue200", "\ue200a", "{", '{"error":', "\ud83d", " ", "\n", "too many tokens ",
    "context ", "data: x\n\n", "data:\n", "event: error\n", "\r", "- ", "<material ", "</ ",
    "analysis", "```", "image ", "model ",
)  # fmt: skip


def think(text: str) -> None:
    """In one piece, and in many."""
    for size in (len(text), 32):
        splitter = ThinkSplitter(doubts=True, expects_thinking=size == 32)
        for at in range(0, len(text), size):
            splitter.feed(text[at : at + size])
        splitter.finish()


def gather(text: str) -> None:
    """In many pieces, leniently."""
    out = Gatherer()
    out.mend = True
    for at in range(0, len(text), 7):
        out.text(text[at : at + 7])
        out.take()


def sse(text: str) -> None:
    """In many pieces."""
    raw = text.encode("utf-8", "replace")
    parser = SseParser()
    for at in range(0, len(raw), 64):
        parser.feed(raw[at : at + 64])
    parser.finish()


def chat(text: str) -> None:
    """As the content of chunks, several a read."""
    reader = ChatReader("p", ThinkSplitter(doubts=True))
    for at in range(0, len(text), 40):
        body = {"choices": [{"delta": {"content": text[at : at + 40]}}]}
        reader.read([json.dumps(body).encode()])
    reader.finish()


def errors(text: str) -> None:
    """As an error's body, and as its message."""
    raw = text.encode("utf-8", "replace")
    error_facts(raw)
    body = json.dumps({"error": {"message": text, "details": [{"message": text}]}}).encode()
    assert isinstance(response_failure("p", 400, {}, body), ProviderError)


def prompts(text: str) -> None:
    """As material, and as an answer that proposes replies."""
    clean = text.encode("utf-8", "replace").decode()
    prompting.material(clean, kind="page", source=clean, title=clean)
    prompting.suggestions(clean)


def payload(text: str) -> None:
    """As a payload that is no JSON, and as text with lone surrogates."""
    lenient_json(text.encode("utf-8", "replace"))
    well_formed(text)


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("read", [think, gather, sse, chat, errors, prompts, payload])
def test_work_grows_as_its_input(read: Callable[[str], None], make: str) -> None:
    """Twice the input is at most about twice the work."""
    small, large = (make * (size // len(make)) for size in (SMALL, LARGE))
    once = twice = float("inf")
    for _ in range(ROUNDS):
        once, twice = min(once, _seconds(read, small)), min(twice, _seconds(read, large))
        if twice <= max(FACTOR * once, 0.05):
            return
    pytest.fail(f"{twice:.3f} s for twice of what takes {once:.3f} s")


def _seconds(read: Callable[[str], None], text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began
