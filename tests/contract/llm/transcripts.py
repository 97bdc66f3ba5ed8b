"""Streams in the shapes that providers send, constructed from their published forms.

Each is the payloads of its `data:` lines, with the events that any adapter must make of them.
"""

# ruff: noqa: E501 - a payload is one line, as on the wire

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.citations import Citation
from backend.llm import (
    Done,
    Event,
    Model,
    Reasoning,
    Retention,
    Text,
    ToolActivity,
    Usage,
)
from backend.llm.adapters.anthropic import Anthropic
from backend.llm.adapters.chat_completions import ChatCompletions
from backend.llm.adapters.responses import Responses
from backend.llm.http.wire import HttpClient
from backend.llm.model import Provider
from backend.llm.port import Adapter


class Transcript(Struct, frozen=True):
    """One provider's answer to one request."""

    name: str
    kind: str
    profile: str
    payloads: tuple[str, ...]
    events: tuple[Event, ...]
    headers: dict[str, str] = {}
    prelude: str = ""

    def wire(self, end: str = "\n") -> bytes:
        """The stream's bytes with the given line ends."""
        blocks = [f"{_name(self.kind, line)}data: {line}\n\n" for line in self.payloads]
        return (self.prelude + "".join(blocks)).replace("\n", end).encode()


def _name(kind: str, payload: str) -> str:
    if kind != "anthropic":
        return ""
    return f"event: {msgspec.json.decode(payload)['type']}\n"


MODEL = Model(
    id="m",
    provider="p",
    wire_name="wire-model",
    name="Model",
    context_tokens=100_000,
    max_output_tokens=4_096,
    capabilities=frozenset({"vision", "files", "search"}),
    efforts=("low", "high"),
)


def provider(kind: str, profile: str = "plain") -> Provider:
    """A provider of the given protocol; nothing listens at its address."""
    return Provider("p", "Provider", kind, "https://provider.invalid/v1", profile)


def adapter(
    http: HttpClient,
    kind: str,
    profile: str = "plain",
    key: str = "secret-key",
    base_url: str = "https://provider.invalid/v1",
) -> Adapter:
    """The adapter that speaks the protocol."""
    made: dict[str, Callable[..., Adapter]] = {
        "responses": Responses,
        "chat_completions": ChatCompletions,
        "anthropic": Anthropic,
    }
    return made[kind](http, replace(provider(kind, profile), base_url=base_url), key)


def merged(events: Sequence[Event]) -> list[Event]:
    """Neighbouring pieces of text joined: how a stream was cut must not matter."""
    joined: list[Event] = []
    for event in events:
        last = joined[-1] if joined else None
        if isinstance(event, Text) and isinstance(last, Text):
            joined[-1] = Text(last.text + event.text)
        elif isinstance(event, Reasoning) and isinstance(last, Reasoning):
            joined[-1] = Reasoning(last.text + event.text)
        else:
            joined.append(event)
    return joined


RESPONSES_XAI = Transcript(
    name="responses-xai",
    kind="responses",
    profile="xai",
    headers={"x-zero-data-retention": "true"},
    payloads=(
        '{"type":"response.created","sequence_number":0,"response":{"id":"r-1","object":"response","model":"grok-4.7","status":"in_progress","output":[],"usage":null,"store":false}}',
        '{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"status":"in_progress"}}',
        '{"type":"response.reasoning_summary_text.delta","sequence_number":2,"item_id":"rs_1","output_index":0,"summary_index":0,"delta":"Need a source."}',
        '{"type":"response.output_item.added","sequence_number":3,"output_index":1,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress","action":{"type":"search","query":"","sources":[]}}}',
        '{"type":"response.web_search_call.searching","sequence_number":4,"item_id":"ws_1","output_index":1}',
        '{"type":"response.output_item.done","sequence_number":5,"output_index":1,"item":{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"height of K2","sources":[{"type":"url","url":"https://example.org/k2"}]}}}',
        '{"type":"response.output_item.added","sequence_number":6,"output_index":2,"item":{"id":"ctc_1","type":"custom_tool_call","call_id":"xs_1","name":"x_keyword_search","input":"","status":"in_progress"}}',
        '{"type":"response.custom_tool_call_input.delta","item_id":"ctc_1","output_index":2,"delta":"{"}',
        '{"type":"response.output_item.done","output_index":2,"item":{"id":"ctc_1","type":"custom_tool_call","name":"x_keyword_search","input":"{\\"query\\":\\"K2 summit\\"}","status":"completed"}}',
        '{"type":"response.something_new.delta","delta":{"an":"object"}}',
        '{"type":"response.output_text.delta","sequence_number":7,"item_id":"msg_1","output_index":3,"content_index":0,"delta":"K2 — 8611 м","logprobs":[]}',
        '{"type":"response.output_text.delta","sequence_number":8,"item_id":"msg_1","output_index":3,"content_index":0,"delta":".[[1]](https://example.org/k2)","logprobs":[]}',
        '{"type":"response.output_text.annotation.added","sequence_number":9,"item_id":"msg_1","output_index":3,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"https://example.org/k2","title":"1","start_index":12,"end_index":41}}',
        '{"type":"response.output_text.annotation.added","item_id":"msg_1","output_index":3,"content_index":0,"annotation_index":1,"annotation":{"type":"url_citation","url":"https://example.org/k2","title":"https://example.org/k2","start_index":0,"end_index":0}}',
        '{"type":"response.output_text.annotation.added","item_id":"msg_1","output_index":3,"content_index":0,"annotation_index":2,"annotation":{"type":"url_citation","url":"https://example.com/all","title":"All peaks","start_index":0,"end_index":0}}',
        '{"type":"response.output_text.done","item_id":"msg_1","output_index":3,"content_index":0,"text":"K2 — 8611 м.[[1]](https://example.org/k2)"}',
        '{"type":"response.output_text.delta","item_id":"msg_2","output_index":4,"content_index":0,"delta":" 👋 See"}',
        '{"type":"response.output_text.annotation.added","item_id":"msg_2","output_index":4,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"https://example.net/","title":"Net","start_index":3,"end_index":6}}',
        '{"type":"response.completed","sequence_number":10,"response":{"id":"r-1","object":"response","model":"grok-4.7","status":"completed","output":[],"incomplete_details":null,"error":null,"usage":{"input_tokens":1000,"input_tokens_details":{"cached_tokens":400},"output_tokens":100,"output_tokens_details":{"reasoning_tokens":60},"total_tokens":1100,"num_sources_used":0,"num_server_side_tools_used":2,"cost_in_usd_ticks":120000000,"server_side_tool_usage_details":{"web_search_calls":1,"x_search_calls":1,"mcp_calls":0}}}}',
    ),
    events=(
        Retention(True),
        Reasoning("Need a source."),
        ToolActivity("web_search", "started", None),
        ToolActivity("web_search", "completed", "height of K2"),
        ToolActivity("x_search", "started", None),
        ToolActivity("x_search", "completed", "K2 summit"),
        Text("K2 — 8611 м.[[1]](https://example.org/k2)"),
        Citation("https://example.org/k2", "example.org", 12, 41),
        Text(" 👋 See"),
        Citation("https://example.net/", "Net", 44, 47),
        Citation("https://example.com/all", "All peaks", None, None),
        Usage(
            input_tokens=1000,
            cached_tokens=400,
            output_tokens=100,
            reasoning_tokens=60,
            tool_calls={"web_search": 1, "x_search": 1},
            cost_micro_dollars=12_000,
        ),
        Done("stop"),
    ),
)

RESPONSES_OPENAI = Transcript(
    name="responses-openai",
    kind="responses",
    profile="openai",
    payloads=(
        '{"type":"response.created","response":{"id":"resp_1","status":"in_progress"}}',
        '{"type":"response.reasoning_summary_part.added","summary_index":0,"part":{"type":"summary_text","text":""}}',
        '{"type":"response.reasoning_summary_text.delta","summary_index":0,"delta":"First.","obfuscation":"xyz"}',
        '{"type":"response.reasoning_summary_part.added","summary_index":1,"part":{"type":"summary_text","text":""}}',
        '{"type":"response.reasoning_summary_text.delta","summary_index":1,"delta":"Second."}',
        '{"type":"response.output_item.added","output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}',
        '{"type":"response.content_part.added","output_index":1,"content_index":0,"part":{"type":"output_text","text":""}}',
        '{"type":"response.refusal.delta","output_index":1,"content_index":0,"delta":"I cannot "}',
        '{"type":"response.refusal.delta","output_index":1,"content_index":0,"delta":"help."}',
        '{"type":"response.refusal.done","output_index":1,"content_index":0,"refusal":"I cannot help."}',
        '{"type":"response.completed","response":{"id":"resp_1","status":"completed","usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":16}}}',
    ),
    events=(
        Reasoning("First.\n\nSecond."),
        Text("I cannot help."),
        Usage(input_tokens=7, output_tokens=9, reasoning_tokens=4),
        Done("refusal"),
    ),
)

CHAT = Transcript(
    name="chat",
    kind="chat_completions",
    profile="plain",
    prelude=": OPENROUTER PROCESSING\n\n",
    payloads=(
        '{"id":"c1","object":"chat.completion.chunk","created":null,"model":"","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}',
        '{"id":"c1","model":"m","choices":[{"index":0,"delta":{"reasoning":"hm","reasoning_content":"hm"}}]}',
        '{"id":"c1","model":"m","choices":[{"index":0,"delta":null}]}',
        '{"id":"c1","model":"m","choices":null}',
        '{"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"Hi 👋"},"finish_reason":null}]}',
        '{"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":" <think> ж"},"finish_reason":""}]}',
        '{"id":"c1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
        '{"id":"c1","model":"m","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":303,"prompt_tokens_details":{"cached_tokens":11},"completion_tokens_details":{"reasoning_tokens":290}}}',
        "[DONE]",
    ),
    events=(
        Reasoning("hm"),
        Text("Hi 👋 <think> ж"),
        Usage(input_tokens=12, cached_tokens=11, output_tokens=291, reasoning_tokens=290),
        Done("stop"),
    ),
)

CHAT_THINKING = Transcript(
    name="chat-think-tags",
    kind="chat_completions",
    profile="llama.cpp",
    payloads=(
        '{"choices":[{"delta":{"content":"<th"}}]}',
        '{"choices":[{"delta":{"content":"ink>Let me"}}]}',
        '{"choices":[{"delta":{"content":" see</thi"}}]}',
        '{"choices":[{"delta":{"content":"nk>\\n\\nYes"}}]}',
        '{"choices":[{"delta":{"content":"."},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":6,"total_tokens":9}}',
        "[DONE]",
    ),
    events=(
        Reasoning("Let me see"),
        Text("Yes."),
        Usage(input_tokens=3, output_tokens=6),
        Done("length"),
    ),
)

CHAT_MISTRAL = Transcript(
    name="chat-mistral",
    kind="chat_completions",
    profile="mistral",
    payloads=(
        '{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"So."}]}]}}]}',
        '{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Oui"}]}}]}',
        '{"choices":[{"index":0,"delta":{"content":"!"},"finish_reason":"model_length"}],"usage":{"prompt_tokens":5,"completion_tokens":4,"total_tokens":9}}',
        "[DONE]",
    ),
    events=(
        Reasoning("So."),
        Text("Oui!"),
        Usage(input_tokens=5, output_tokens=4),
        Done("length"),
    ),
)

CHAT_GROQ = Transcript(
    name="chat-groq",
    kind="chat_completions",
    profile="groq",
    payloads=(
        '{"choices":[{"index":0,"delta":{"content":"Fast"},"finish_reason":null}],"x_groq":{"id":"req_1"}}',
        '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.1,"prompt_tokens":8,"completion_tokens":2,"total_tokens":10}}}',
        "[DONE]",
    ),
    events=(Text("Fast"), Usage(input_tokens=8, output_tokens=2), Done("stop")),
)

CHAT_OPENROUTER = Transcript(
    name="chat-openrouter",
    kind="chat_completions",
    profile="openrouter",
    payloads=(
        '{"choices":[{"delta":{"content":"","reasoning_details":[{"type":"reasoning.text","text":"Look."}]}}]}',
        '{"choices":[{"delta":{"content":"Found it.","annotations":[{"type":"url_citation","url_citation":{"url":"https://example.org/a","title":"A","content":"…","start_index":0,"end_index":5}}]}}]}',
        '{"choices":[{"delta":{"content":""},"finish_reason":"stop"}]}',
        '{"choices":[{"delta":{"content":""},"finish_reason":null}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"cost":0.00042}}',
        "[DONE]",
    ),
    events=(
        Reasoning("Look."),
        Text("Found it."),
        Citation("https://example.org/a", "A", 0, 5),
        Usage(input_tokens=10, output_tokens=5, cost_micro_dollars=420),
        Done("stop"),
    ),
)

ANTHROPIC = Transcript(
    name="anthropic",
    kind="anthropic",
    profile="plain",
    payloads=(
        '{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5-5","content":[],"stop_reason":null,"usage":{"input_tokens":25,"cache_read_input_tokens":5,"cache_creation_input_tokens":2,"output_tokens":1}}}',
        '{"type":"ping"}',
        '{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}',
        '{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Check."}}',
        '{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}',
        '{"type":"content_block_stop","index":0}',
        '{"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}',
        '{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"query\\":"}}',
        '{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":" \\"height of K2\\"}"}}',
        '{"type":"content_block_stop","index":1}',
        '{"type":"content_block_start","index":2,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://example.org/k2","title":"K2","encrypted_content":"x"}]}}',
        '{"type":"content_block_stop","index":2}',
        '{"type":"content_block_start","index":3,"content_block":{"type":"text","text":""}}',
        '{"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"Высота: "}}',
        '{"type":"content_block_stop","index":3}',
        '{"type":"content_block_start","index":4,"content_block":{"type":"text","text":"","citations":[]}}',
        '{"type":"content_block_delta","index":4,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://example.org/k2","title":"K2","cited_text":"8611 m","encrypted_index":"x"}}}',
        '{"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"8611 m"}}',
        '{"type":"content_block_stop","index":4}',
        '{"type":"brand_new_event","delta":"not an object"}',
        '{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15,"server_tool_use":{"web_search_requests":1,"web_fetch_requests":0}}}',
        '{"type":"message_stop"}',
    ),
    events=(
        Reasoning("Check."),
        ToolActivity("web_search", "started", "height of K2"),
        ToolActivity("web_search", "completed", None),
        Text("Высота: 8611 m"),
        Citation("https://example.org/k2", "K2", 8, 14),
        Usage(input_tokens=32, cached_tokens=5, output_tokens=15, tool_calls={"web_search": 1}),
        Done("stop"),
    ),
)

ALL = (
    RESPONSES_XAI,
    RESPONSES_OPENAI,
    CHAT,
    CHAT_THINKING,
    CHAT_MISTRAL,
    CHAT_GROQ,
    CHAT_OPENROUTER,
    ANTHROPIC,
)
