"""Usage and sources as Chat Completions servers report them."""

from typing import Any, Final
from urllib.parse import urlsplit

from backend.citations import Citation
from backend.llm.adapters.payload_json import micro_dollars, token_count
from backend.llm.events import Usage

MICRO_DOLLARS_PER_TICK: Final = 0.0001
"""xAI's `cost_in_usd_ticks`: 1 USD = 1e10 ticks."""
MAX_SOURCES: Final = 100


def read_usage(told: Any) -> Usage | None:
    """Usage by our rule: output includes reasoning. None if nothing plausible is reported.

    Whether `completion_tokens` includes reasoning differs (xAI and Gemini leave it out), but
    `total_tokens` always does, so the total decides.
    """
    if not isinstance(told, dict):
        return None
    prompt = token_count(told, "prompt_tokens", "input_tokens")
    details = told.get("prompt_tokens_details", told.get("input_tokens_details"))
    cached = token_count(details, "cached_tokens") or token_count(told, "prompt_cache_hit_tokens")
    total = token_count(told, "total_tokens")
    output = token_count(told, "completion_tokens", "output_tokens")
    output = max(output, total - prompt if prompt else 0)
    details = told.get("completion_tokens_details", told.get("output_tokens_details"))
    cost = micro_dollars(told, "cost_in_usd_ticks", per_unit=MICRO_DOLLARS_PER_TICK)
    if cost is None:
        cost = micro_dollars(told, "cost", per_unit=1_000_000)
    if not (prompt or output or cost):
        return None
    return Usage(
        input_tokens=prompt,
        cached_tokens=min(cached, prompt),
        output_tokens=output,
        reasoning_tokens=min(token_count(details, "reasoning_tokens"), output),
        cost_micro_dollars=cost,
    )


def read_citation(told: Any) -> Citation | None:
    """An annotation or a source; None without an address that could be opened."""
    if isinstance(told, str):
        told = {"url": told}
    if not isinstance(told, dict):
        return None
    inner = told.get("url_citation")
    facts = inner if isinstance(inner, dict) else told
    url = facts.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return None
    start, end = facts.get("start_index"), facts.get("end_index")
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end):
        start = end = None
    return Citation(url, source_title(facts.get("title"), url), start, end)


def source_title(title: Any, url: str) -> str:
    """A source's title; the host if it is only a number or the address."""
    if isinstance(title, str) and title.strip() and not title.isdigit() and title != url:
        return title.strip()
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


class SourceList:
    """Sources of the whole answer, which may come on any chunk or on all; deduplicated."""

    def __init__(self) -> None:
        self._sources: dict[str, Citation] = {}

    def add(self, *lists: Any) -> None:
        """Add sources; a later title replaces a missing one."""
        for told in (item for some in lists if isinstance(some, list) for item in some):
            citation = read_citation(told)
            if citation is None or citation.start is not None:
                continue
            known = self._sources.get(citation.url)
            if known is None and len(self._sources) >= MAX_SOURCES:
                return
            if known is None or isinstance(told, dict):
                self._sources[citation.url] = citation

    def citations(self) -> list[Citation]:
        """All sources, in the order of their first mention."""
        return list(self._sources.values())
