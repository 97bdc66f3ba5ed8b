"""One scripted answer in each of the three wire protocols, for the mock provider."""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

MARK: Final = re.compile(r"\[\[(\d+)\]\]\((https?://[^)\s]+)\)")
MODEL: Final = "mock"


class MockAnswer(Struct, frozen=True):
    """The answer's content. Citations are its inline marks, `[[1]](https://…)`."""

    text: str
    reasoning: str = ""
    search: str | None = None
    end: str = "stop"
    input_tokens: int = 20

    @property
    def pieces(self) -> list[str]:
        """The text in pieces as tokens come: words with the blank before them."""
        return re.findall(r"\s*\S+\s*\Z|\s*\S+|\s+", self.text)

    @property
    def output_tokens(self) -> int:
        """As many as there are pieces."""
        return len(self.pieces)


def frame(payload: Any, event: str | None = None) -> bytes:
    """One server-sent event."""
    name = f"event: {event}\n".encode() if event else b""
    return name + b"data: " + msgspec.json.encode(payload) + b"\n\n"


def responses(answer: MockAnswer) -> Iterator[bytes]:
    """The answer as xAI's Responses endpoint streams it."""
    yield frame({"type": "response.created", "response": {"id": "r", "status": "in_progress"}})
    for piece in re.findall(r"\s*\S+", answer.reasoning):
        kind = "response.reasoning_summary_text.delta"
        yield frame({"type": kind, "output_index": 0, "summary_index": 0, "delta": piece})
    if answer.search is not None:
        yield from _responses_search(answer.search)
    position = {"item_id": "msg", "output_index": 3, "content_index": 0}
    if answer.end == "refusal":
        yield from (
            frame({"type": "response.refusal.delta", **position, "delta": piece})
            for piece in answer.pieces
        )
        yield _responses_end(answer)
        return
    said = ""
    for piece in answer.pieces:
        said += piece
        yield frame(
            {"type": "response.output_text.delta", **position, "delta": piece, "logprobs": []}
        )
        if answer.search is not None and (mark := _mark_at_end(said)) is not None:
            kind = "response.output_text.annotation.added"
            yield frame({"type": kind, **position, "annotation": mark})
    yield frame({"type": "response.output_text.done", **position, "text": answer.text})
    yield _responses_end(answer)


def _responses_search(query: str) -> Iterator[bytes]:
    item = {"id": "ws", "type": "web_search_call", "status": "in_progress"}
    yield frame({"type": "response.output_item.added", "output_index": 1, "item": item})
    done = {**item, "status": "completed", "action": {"type": "search", "query": query}}
    yield frame({"type": "response.output_item.done", "output_index": 1, "item": done})
    item = {"id": "ctc", "type": "custom_tool_call", "name": "x_keyword_search", "input": ""}
    yield frame({"type": "response.output_item.added", "output_index": 2, "item": item})
    done = {**item, "input": msgspec.json.encode({"query": query}).decode()}
    yield frame({"type": "response.output_item.done", "output_index": 2, "item": done})


def _mark_at_end(said: str) -> dict[str, Any] | None:
    marks = list(MARK.finditer(said))
    if not marks or said[marks[-1].end() :].strip(".,;:!?؛،"):
        return None
    found = marks[-1]
    return {
        "type": "url_citation",
        "url": found.group(2),
        "title": found.group(1),
        "start_index": found.start(),
        "end_index": found.end(),
    }


def _responses_end(answer: MockAnswer) -> bytes:
    searched = answer.search is not None
    usage = {
        "input_tokens": answer.input_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": answer.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "server_side_tool_usage_details": (
            {"web_search_calls": 1, "x_search_calls": 1} if searched else {}
        ),
        "cost_in_usd_ticks": 0,
    }
    if answer.end == "length":
        response = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
        return frame({"type": "response.incomplete", "response": {**response, "usage": usage}})
    response = {"id": "r", "model": MODEL, "status": "completed", "output": [], "usage": usage}
    return frame({"type": "response.completed", "response": response})


def chat(answer: MockAnswer) -> Iterator[bytes]:
    """The answer as a Chat Completions endpoint streams it."""
    yield b": MOCK PROCESSING\n\n"
    yield _chunk({"role": "assistant", "content": ""})
    for piece in re.findall(r"\s*\S+", answer.reasoning):
        yield _chunk({"reasoning_content": piece})
    for piece in answer.pieces:
        yield _chunk({"content": piece})
    yield _chunk({}, answer.end)
    total = answer.input_tokens + answer.output_tokens
    usage = {
        "prompt_tokens": answer.input_tokens,
        "completion_tokens": answer.output_tokens,
        "total_tokens": total,
    }
    yield frame({"id": "c", "model": MODEL, "choices": [], "usage": usage})
    yield b"data: [DONE]\n\n"


def _chunk(delta: dict[str, Any], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return frame(
        {"id": "c", "object": "chat.completion.chunk", "model": MODEL, "choices": [choice]}
    )


def anthropic(answer: MockAnswer) -> Iterator[bytes]:
    """The answer as Anthropic's Messages endpoint streams it."""
    usage = {"input_tokens": answer.input_tokens, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "usage": usage}
    yield _named("message_start", message=message)
    yield _named("ping")
    index = 0
    if answer.reasoning:
        yield from _block(index, {"type": "thinking", "thinking": ""}, "thinking", answer.reasoning)
        index += 1
    yield _named("content_block_start", index=index, content_block={"type": "text", "text": ""})
    for piece in answer.pieces:
        delta = {"type": "text_delta", "text": piece}
        yield _named("content_block_delta", index=index, delta=delta)
    yield _named("content_block_stop", index=index)
    reasons = {"stop": "end_turn", "length": "max_tokens"}
    stop = {"stop_reason": reasons.get(answer.end, answer.end), "stop_sequence": None}
    yield _named("message_delta", delta=stop, usage={"output_tokens": answer.output_tokens})
    yield _named("message_stop")


def _block(index: int, block: dict[str, Any], kind: str, text: str) -> Iterator[bytes]:
    yield _named("content_block_start", index=index, content_block=block)
    delta = {"type": f"{kind}_delta", kind: text}
    yield _named("content_block_delta", index=index, delta=delta)
    yield _named("content_block_stop", index=index)


def _named(event: str, **fields: Any) -> bytes:
    return frame({"type": event, **fields}, event)


PROTOCOLS: Final = {
    "/v1/responses": responses,
    "/v1/chat/completions": chat,
    "/v1/messages": anthropic,
}
