"""Finish reasons of all protocols and providers.

Only known reasons complete an answer. Others may mean a failure, such as DeepSeek's
`insufficient_system_resource`, so they leave it unfinished.
"""

from typing import Final, Literal

from backend.llm.events import DoneReason

_STOP: Final = frozenset(
    {"stop", "end_turn", "stop_sequence", "eos", "eos_token", "end", "done", "complete",
     "completed", "finish", "finished", "success", "natural_stop", "tool_calls", "tool_call",
     "tool_use", "function_call", "stop_str"}
)  # fmt: skip
_LENGTH: Final = frozenset(
    {"length", "max_tokens", "model_length", "max_output_tokens", "max_completion_tokens",
     "max_length", "max_new_tokens", "token_limit", "output_limit", "max_messages",
     "max_time_limit", "max_prompt_tokens", "model_context_window_exceeded",
     "context_length_exceeded", "context_window_exceeded", "pause_turn", "error_limit"}
)  # fmt: skip
_FILTERED: Final = frozenset(
    {"content_filter", "content_filtered", "filter", "filtered", "safety", "recitation",
     "blocklist", "prohibited_content", "spii", "image_safety", "sensitive", "moderation",
     "guardrail_intervened", "guardrails", "censored", "risk", "error_toxic"}
)  # fmt: skip
_REFUSED: Final = frozenset({"refusal", "refused"})
_NONE: Final = frozenset({"", "null", "none", "in_progress", "unspecified"})


def done_reason(told: str) -> DoneReason | Literal["unfinished"] | None:
    """Our end for a finish reason; "unfinished" if there is none yet, None for an unknown one.

    Anthropic's `pause_turn` is an end like `length`: asking to continue resumes its search.
    """
    word = told.strip().lower().replace("-", "_").replace(" ", "_").removeprefix("finish_reason_")
    if word in _NONE:
        return "unfinished"
    if word in _STOP:
        return "stop"
    if word in _LENGTH:
        return "length"
    if word in _FILTERED:
        return "content_filter"
    return "refusal" if word in _REFUSED else None
