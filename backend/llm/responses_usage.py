"""What a Responses stream says of tools and usage, in our words."""

import base64
import binascii
from typing import Any, Final

import msgspec

from backend.llm.events import Image, Usage

_TOOLS: Final = {
    "web_search_call": "web_search",
    "x_search_call": "x_search",
    "code_interpreter_call": "code_interpreter",
    "file_search_call": "file_search",
    "mcp_call": "mcp",
    "image_generation_call": "image_generation",
}
# xAI streams X search as custom tool calls under these names.
_X_TOOLS: Final = frozenset(
    {"x_keyword_search", "x_semantic_search", "x_user_search", "x_thread_fetch", "view_x_video"}
)
TICKS_PER_MICRO_DOLLAR: Final = 10_000


def tool_of(item: dict[str, Any]) -> tuple[str | None, str | None]:
    """The tool an output item tells of, and its query once known; no tool for other items."""
    kind = str(item.get("type") or "")
    if kind == "custom_tool_call":
        if item.get("name") not in _X_TOOLS:
            return None, None
        return "x_search", _query_of_input(item.get("input"))
    action = item.get("action")
    query = action.get("query") or action.get("url") if isinstance(action, dict) else None
    return _TOOLS.get(kind), query if isinstance(query, str) and query else None


def image_of(item: dict[str, Any]) -> Image | None:
    """The picture that a finished image generation holds."""
    if item.get("type") != "image_generation_call" or not isinstance(item.get("result"), str):
        return None
    try:
        data = base64.b64decode(item["result"], validate=True)
    except (binascii.Error, ValueError):
        return None
    return Image(f"image/{item.get('output_format') or 'png'}", data)


def read_usage(told: Any, seen_tools: dict[str, int]) -> Usage | None:
    """Usage as the provider tells it; tools it does not count are counted as seen.

    Source: `cost_in_usd_ticks`, 1 USD = 1e10 ticks, covers tokens and tools. Fractions of a
    micro-dollar are rounded up.
    """
    if not isinstance(told, dict):
        return None
    inputs = told.get("input_tokens_details")
    outputs = told.get("output_tokens_details")
    ticks = told.get("cost_in_usd_ticks")
    tools = told.get("server_side_tool_usage_details")
    return Usage(
        input_tokens=_count(told, "input_tokens"),
        cached_tokens=_count(inputs, "cached_tokens"),
        output_tokens=_count(told, "output_tokens"),
        reasoning_tokens=_count(outputs, "reasoning_tokens"),
        tool_calls=_tool_calls(tools) if isinstance(tools, dict) else dict(seen_tools),
        cost_micro_dollars=-(-ticks // TICKS_PER_MICRO_DOLLAR) if isinstance(ticks, int) else None,
    )


def _tool_calls(told: dict[str, Any]) -> dict[str, int]:
    return {
        name.removesuffix("_calls"): count
        for name, count in told.items()
        if isinstance(count, int) and count > 0
    }


def _count(told: Any, name: str) -> int:
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, int) and value > 0 else 0


def _query_of_input(text: Any) -> str | None:
    try:
        value = msgspec.json.decode(text) if isinstance(text, str) and text else None
    except msgspec.DecodeError:
        return None
    query = value.get("query") if isinstance(value, dict) else None
    return query if isinstance(query, str) else None
