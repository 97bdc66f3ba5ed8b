"""Tools and usage of a Responses stream."""

import base64
import binascii
from typing import Any, Final

from backend.llm.adapters.payload_json import micro_dollars, query_of, token_count
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
MICRO_DOLLARS_PER_TICK: Final = 0.0001


def tool_of(item: dict[str, Any]) -> tuple[str | None, str | None]:
    """An output item's tool, and its query once known; no tool for other items."""
    kind = str(item.get("type") or "")
    if kind == "custom_tool_call":
        if str(item.get("name")) not in _X_TOOLS:
            return None, None
        return "x_search", query_of(item.get("input"))
    action = item.get("action")
    query = action.get("query") or action.get("url") if isinstance(action, dict) else None
    query = query or query_of(item.get("arguments")) or query_of(item.get("input"))
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
    """Usage as reported by the provider; tools that it does not count are counted here.

    Output includes reasoning: where the total says that it was left out, it is added. Source:
    `cost_in_usd_ticks`, 1 USD = 1e10 ticks, covers tokens and tools. Fractions of a micro-dollar
    are rounded up. None if nothing plausible is reported.
    """
    if not isinstance(told, dict):
        return None
    prompt, total = token_count(told, "input_tokens"), token_count(told, "total_tokens")
    output = max(token_count(told, "output_tokens"), total - prompt if prompt else 0)
    cost = micro_dollars(told, "cost_in_usd_ticks", per_unit=MICRO_DOLLARS_PER_TICK)
    if not (prompt or output or cost):
        return None
    tools = told.get("server_side_tool_usage_details")
    reasoning = token_count(told.get("output_tokens_details"), "reasoning_tokens")
    return Usage(
        input_tokens=prompt,
        cached_tokens=min(token_count(told.get("input_tokens_details"), "cached_tokens"), prompt),
        output_tokens=output,
        reasoning_tokens=min(reasoning, output),
        tool_calls=_tool_calls(tools) if isinstance(tools, dict) else dict(seen_tools),
        cost_micro_dollars=cost,
    )


def _tool_calls(told: dict[str, Any]) -> dict[str, int]:
    counts = {name.removesuffix("_calls"): token_count(told, name) for name in told}
    return {name: count for name, count in counts.items() if count}
