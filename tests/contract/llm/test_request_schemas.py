"""Every request that an adapter can send is one that its provider takes."""

from itertools import product

import msgspec
import pytest
from msgspec.structs import replace

from backend.llm import ChatRequest, Search
from backend.llm.adapters import chat_completions, responses
from backend.llm.adapters.image_generation import ImageGeneration
from backend.llm.http.canned import Canned, CannedHttp
from tests.contract.llm.playing import collect
from tests.contract.llm.request_schemas import PICTURES, SCHEMAS
from tests.contract.llm.test_requests import FULL, REASONING
from tests.contract.llm.transcripts import MODEL, adapter, provider

FILES = frozenset({"openai", "openrouter", "xai"})
SEARCHES = (
    None,
    Search(),
    Search(x=True, excluded_domains=("example.org",), allowed_handles=("xai",), max_uses=2),
    Search(web=False, x=True, from_date="2026-01-01", to_date="2026-02-01"),
)


def requests(*, files: bool) -> list[ChatRequest]:
    """Requests with and without each thing that can be asked."""
    turns = FULL.turns if files else (replace(FULL.turns[0], parts=FULL.turns[0].parts[:2]),)
    return [
        replace(FULL, model=model, turns=turns, search=search, effort=effort, system=system,
                temperature=temperature, safety_id=safety_id, whole=whole)
        for model, search, effort, (system, temperature, safety_id), whole in product(
            (MODEL, REASONING), SEARCHES, (None, "none", "high"),
            (("Be brief.", 0.5, "0f1e2d"), ("", None, None)), (False, True),
        )
    ]  # fmt: skip


def test_every_profile_has_a_schema() -> None:
    """A profile cannot be added without saying what its provider takes."""
    known = {("chat_completions", name) for name in chat_completions.PROFILES}
    known |= {("responses", name) for name in responses.PROFILES if name != "plain"}
    assert set(SCHEMAS) == known | {("anthropic", "plain")}


@pytest.mark.parametrize(("kind", "profile"), SCHEMAS)
async def test_requests_are_what_the_provider_takes(kind: str, profile: str) -> None:
    """No request has anything that the provider refuses, or lacks anything that it demands."""
    decoder = msgspec.json.Decoder(SCHEMAS[kind, profile])
    for request in requests(files=kind == "anthropic" or profile in FILES):
        http = CannedHttp(Canned())
        await collect(adapter(http, kind, profile), request)
        asked = decoder.decode(http.received[0].body)
        # Providers refuse options of a stream where none is asked for.
        assert asked.stream or not getattr(asked, "stream_options", None)


@pytest.mark.parametrize("profile", PICTURES)
@pytest.mark.parametrize("words", ["A lighthouse.", "灯台 " * 9_000])
async def test_pictures_are_asked_for_as_the_provider_takes_it(profile: str, words: str) -> None:
    """However long the description is, the request is one that is taken."""
    http = CannedHttp(Canned())
    turns = (replace(FULL.turns[0], parts=(replace(FULL.turns[0].parts[0], text=words),)),)
    asked = ImageGeneration(http, provider("image_generation", profile), "key")
    await collect(asked, replace(FULL, turns=turns))
    msgspec.json.Decoder(PICTURES[profile]).decode(http.received[0].body)
