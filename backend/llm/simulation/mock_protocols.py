"""One scripted answer in each of the three wire protocols, streamed or whole, for the mock
provider."""

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
    response = _response(answer, [])
    return frame({"type": f"response.{response['status']}", "response": response})


def _response(answer: MockAnswer, output: list[dict[str, Any]]) -> dict[str, Any]:
    usage = {
        "input_tokens": answer.input_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": answer.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "server_side_tool_usage_details": (
            {} if answer.search is None else {"web_search_calls": 1, "x_search_calls": 1}
        ),
        "cost_in_usd_ticks": 0,
    }
    end: dict[str, Any] = {"status": "completed"}
    if answer.end == "length":
        end = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    return {
        "id": "r",
        "object": "response",
        "model": MODEL,
        **end,
        "output": output,
        "usage": usage,
    }


def whole_response(answer: MockAnswer) -> dict[str, Any]:
    """The answer as xAI's Responses endpoint gives it in one piece."""
    is_refusal = answer.end == "refusal"
    kind, member = ("refusal", "refusal") if is_refusal else ("output_text", "text")
    part = {"type": kind, member: answer.text}
    return _response(answer, [{"type": "message", "role": "assistant", "content": [part]}])


def chat(answer: MockAnswer) -> Iterator[bytes]:
    """The answer as a Chat Completions endpoint streams it."""
    yield b": MOCK PROCESSING\n\n"
    yield _chunk({"role": "assistant", "content": ""})
    for piece in re.findall(r"\s*\S+", answer.reasoning):
        yield _chunk({"reasoning_content": piece})
    for piece in answer.pieces:
        yield _chunk({"content": piece})
    yield _chunk({}, answer.end)
    yield frame({"id": "c", "model": MODEL, "choices": [], "usage": _chat_usage(answer)})
    yield b"data: [DONE]\n\n"


def _chat_usage(answer: MockAnswer) -> dict[str, int]:
    return {
        "prompt_tokens": answer.input_tokens,
        "completion_tokens": answer.output_tokens,
        "total_tokens": answer.input_tokens + answer.output_tokens,
    }


def whole_chat(answer: MockAnswer) -> dict[str, Any]:
    """The answer as a Chat Completions endpoint gives it in one piece."""
    message = {"role": "assistant", "content": answer.text, "reasoning_content": answer.reasoning}
    choice = {"index": 0, "message": message, "finish_reason": answer.end}
    kind = "chat.completion"
    usage = _chat_usage(answer)
    return {"id": "c", "object": kind, "model": MODEL, "choices": [choice], "usage": usage}


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
    stop = {"stop_reason": _stop_reason(answer), "stop_sequence": None}
    yield _named("message_delta", delta=stop, usage={"output_tokens": answer.output_tokens})
    yield _named("message_stop")


def _stop_reason(answer: MockAnswer) -> str:
    return {"stop": "end_turn", "length": "max_tokens"}.get(answer.end, answer.end)


def whole_message(answer: MockAnswer) -> dict[str, Any]:
    """The answer as Anthropic's Messages endpoint gives it in one piece."""
    usage = {"input_tokens": answer.input_tokens, "output_tokens": answer.output_tokens}
    content = [{"type": "text", "text": answer.text}]
    if answer.reasoning:
        content = [{"type": "thinking", "thinking": answer.reasoning}, *content]
    message = {"id": "m", "type": "message", "role": "assistant", "content": content}
    return {**message, "stop_reason": _stop_reason(answer), "usage": usage}


def _block(index: int, block: dict[str, Any], kind: str, text: str) -> Iterator[bytes]:
    yield _named("content_block_start", index=index, content_block=block)
    delta = {"type": f"{kind}_delta", kind: text}
    yield _named("content_block_delta", index=index, delta=delta)
    yield _named("content_block_stop", index=index)


def _named(event: str, **fields: Any) -> bytes:
    return frame({"type": event, **fields}, event)


WHOLE: Final = {
    "/v1/responses": whole_response,
    "/v1/chat/completions": whole_chat,
    "/v1/messages": whole_message,
}
PROTOCOLS: Final = {
    "/v1/responses": responses,
    "/v1/chat/completions": chat,
    "/v1/messages": anthropic,
}
