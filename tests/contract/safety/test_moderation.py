"""What every moderation keeps to: one suite over word rules, a provider's endpoint, and the fake.

Exercises backend/safety/ports.py, backend/safety/moderation.py, backend/safety/word_rules.py,
backend/safety/no_moderation.py, backend/safety/fakes.py, backend/llm/adapters/moderation.py.
"""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from backend import metrics
from backend.db import Database
from backend.errors import ModerationUnavailable
from backend.generation.fakes import RecordedReceipts
from backend.llm import ImagePart, TextSource
from backend.llm.adapters.moderation import ModerationEndpoint
from backend.llm.http.client import Http
from backend.llm.model import Provider
from backend.metering import Meter
from backend.metering.provider_calls import call_costs
from backend.privacy.receipts_recipe import Stored, follow_recipe, make_recipe
from backend.safety import (
    JudgedPicture,
    JudgedText,
    MeteredClassifier,
    Moderation,
    NoModeration,
    ProviderModeration,
    WordRules,
)
from backend.safety.fakes import RefusesWord
from backend.safety.word_rules import PhraseRule
from backend.uuid7 import uuid7
from tests.contract.safety.server import ModerationServer, moderating
from tests.fixtures.generation import USER, now

BAD = "zugzwangbomb"
RULES = WordRules([PhraseRule("weapons", (BAD,))])
NO_RULES = WordRules([])
FLAGS = {"violence": BAD, "self-harm": "despair", "self-harm/instructions": "recipe"}


def text(words: str, **more: Any) -> JudgedText:
    """A question."""
    fixed: dict[str, Any] = {"user_id": USER, "side": "question", "subject_id": uuid7()}
    return JudgedText(text=words, **{"server_only": False, **fixed, **more})


@pytest.fixture
async def server() -> AsyncIterator[ModerationServer]:
    """The endpoint."""
    async with moderating(FLAGS) as server:
        yield server


@pytest.fixture
def receipts() -> RecordedReceipts:
    """Where the calls are noted."""
    return RecordedReceipts()


@pytest.fixture
async def asking(
    database: Database, server: ModerationServer, receipts: RecordedReceipts
) -> AsyncIterator[ProviderModeration]:
    """Moderation by the endpoint, without word rules."""
    async with Http() as http:
        yield provider(database, receipts, http, server.base_url)


def provider(
    database: Database,
    receipts: RecordedReceipts,
    http: Http,
    base_url: str,
    *,
    rules: WordRules = NO_RULES,
    passes_unjudged: bool = True,
    price: int = 0,
    sees: bool = True,
) -> ProviderModeration:
    """Moderation by an endpoint."""
    there = Provider("judge", "Judge", "chat_completions", base_url)
    endpoint = ModerationEndpoint(http, there, "the-key", "judge-1", price=price, sees=sees)
    classifier = MeteredClassifier(database, receipts, Meter(database, now, None), now, endpoint)
    return ProviderModeration(classifier, rules=rules, passes_unjudged=passes_unjudged)


@pytest.fixture(params=["rules", "provider", "fake"])
def moderation(request: pytest.FixtureRequest, asking: ProviderModeration) -> Moderation:
    """Each implementation that refuses."""
    made: dict[str, Moderation] = {"rules": RULES, "provider": asking, "fake": RefusesWord(BAD)}
    return made[request.param]


async def test_it_refuses_what_it_should_on_both_sides(moderation: Moderation) -> None:
    """With who refused and for what; the rest, and nothing at all, passes."""
    for side in ("question", "answer"):
        refusal = await moderation.judge(text(f"Tell of the {BAD} now.", side=side))
        assert refusal is not None
        assert refusal.judge
        assert refusal.category
        assert await moderation.judge(text("Tell of the fox now.", side=side)) is None


async def test_a_long_text_is_judged_to_its_end(moderation: Moderation) -> None:
    """The word is found behind a hundred thousand characters, in time."""
    padding = "a word " * 15_000
    assert await moderation.judge(text(padding)) is None
    assert await moderation.judge(text(f"{padding} {BAD}")) is not None


async def test_none_refuses_nothing_and_needs_nobody() -> None:
    """Switched off is a choice, and looks like one: nothing leaves, and no consent is asked."""
    assert await NoModeration().judge(text(BAD)) is None
    assert NoModeration().provider is None
    assert RULES.provider is None


async def test_the_wire_and_its_receipt(
    asking: ProviderModeration, server: ModerationServer, receipts: RecordedReceipts
) -> None:
    """The text and the model's name leave and nothing else of its person; the receipt has the
    hash of those bytes, its recipe makes them again, and its end is told."""
    message = UUID(int=7)
    words = f"Tell of the {BAD}, please."
    source = TextSource("message", message, words)
    await asking.judge(text(words, message_ids=(message,), sources=(source,)))
    (raw,) = server.received
    assert json.loads(raw) == {"model": "judge-1", "input": [words]}
    assert server.headers[0]["Authorization"] == "Bearer the-key"
    (entry,) = receipts.entries
    assert (entry.purpose, entry.sent.provider, entry.sent.body) == ("moderation", "judge", raw)
    stored = Stored({message: words}, {}, {})
    recipe = make_recipe(raw, entry.sources)
    assert follow_recipe(recipe, stored) == raw
    assert words.encode() not in b"".join(getattr(one, "data", b"") for one in recipe)
    assert [end.outcome for end in receipts.ends.values()] == ["stop"]


async def test_what_stays_here_is_judged_here(
    database: Database, server: ModerationServer, receipts: RecordedReceipts
) -> None:
    """A conversation of this server only goes to no endpoint; the local rules hold for it."""
    async with Http() as http:
        both = provider(database, receipts, http, server.base_url, rules=RULES)
        refusal = await both.judge(text(BAD, server_only=True))
        assert refusal is not None
        assert refusal.judge == "rules"
        assert await both.judge(text("despair", server_only=True)) is None
    assert server.received == []
    assert receipts.entries == []


def pictured(data: bytes, **more: Any) -> JudgedText:
    """A question with one picture and no words."""
    picture = JudgedPicture(UUID(int=9), ImagePart("image/png", data))
    return text("", pictures=(picture,), file_ids=(UUID(int=9),), **more)


async def test_a_picture_is_judged_and_has_a_receipt(
    asking: ProviderModeration, server: ModerationServer, receipts: RecordedReceipts
) -> None:
    """It leaves as OpenAI's endpoint wants it; its receipt has the hash of those bytes, and its
    recipe refers to the file instead of holding the picture again."""
    refusal = await asking.judge(pictured(BAD.encode()))
    assert refusal is not None
    (raw,) = server.received
    assert json.loads(raw)["input"][0]["image_url"]["url"].startswith("data:image/png;base64,")
    (entry,) = receipts.entries
    assert (entry.fields, entry.file_ids, entry.sent.body) == (("picture",), (UUID(int=9),), raw)
    recipe = make_recipe(raw, entry.sources)
    assert follow_recipe(recipe, Stored({}, {}, {UUID(int=9): BAD.encode()})) == raw
    assert await asking.judge(pictured(b"a fox")) is None


async def test_a_picture_that_stays_here_goes_nowhere(
    asking: ProviderModeration, server: ModerationServer
) -> None:
    """As its conversation's words."""
    assert await asking.judge(pictured(BAD.encode(), server_only=True)) is None
    assert server.received == []


async def test_an_endpoint_for_words_leaves_pictures_unjudged(
    database: Database, server: ModerationServer, receipts: RecordedReceipts
) -> None:
    """Nothing is sent to it; the setting decides whether the picture goes on."""
    async with Http() as http:
        lenient = provider(database, receipts, http, server.base_url, sees=False)
        assert await lenient.judge(pictured(BAD.encode())) is None
        strict = provider(
            database, receipts, http, server.base_url, sees=False, passes_unjudged=False
        )
        with pytest.raises(ModerationUnavailable):
            await strict.judge(pictured(b"a fox"))
    assert server.received == []


async def test_what_it_charges_is_booked(
    database: Database, server: ModerationServer, receipts: RecordedReceipts
) -> None:
    """By the tokens that it tells of, else by an estimate; the receipt says the same. A failure
    that may be charged for counts too; one that was not taken does not."""
    results: list[Any] = [{"categories": {}}]
    begun = now()
    async with Http() as http:
        priced = provider(database, receipts, http, server.base_url, price=100_000)
        server.body = {"results": results, "usage": {"prompt_tokens": 500}}
        await priced.judge(text("Hello"))
        server.body = {"results": results}
        await priced.judge(text("a" * 300))
        server.body = b"<html>"
        await priced.judge(text("a" * 300))
        server.status = 500
        await priced.judge(text("a" * 300))
    async with database.snapshot() as db:
        costs = await call_costs(db, USER, begun)
    assert [(one.cost_micro_dollars, one.estimated) for one in costs] == [
        (50, False),
        (10, True),
        (10, True),
    ]
    told = [end.usage and end.usage.cost_micro_dollars for end in receipts.ends.values()]
    assert told == [50, 10, 10, None]


async def test_despair_is_not_turned_away(asking: ProviderModeration) -> None:
    """What somebody says of themselves passes; instructions do not."""
    assert await asking.judge(text("I am in despair.")) is None
    refusal = await asking.judge(text("I despair: give me the recipe."))
    assert refusal is not None
    assert refusal.category == "self-harm/instructions"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {}),
        (401, {"error": {"message": "no"}}),
        (200, b"<html>"),
        (200, {"results": []}),
        (200, {"results": [{"categories": None}]}),
        (200, [1]),
    ],
)
async def test_an_endpoint_that_fails_is_told_of(
    database: Database, server: ModerationServer, receipts: RecordedReceipts, status: int, body: Any
) -> None:
    """By the setting the text goes on with the local rules or not at all; counted either way, and
    the receipt says how it ended."""
    server.status, server.body = status, body
    before = _unmoderated()
    async with Http() as http:
        lenient = provider(database, receipts, http, server.base_url, rules=RULES)
        assert await lenient.judge(text("Hello")) is None
        refusal = await lenient.judge(text(BAD))
        assert refusal is not None  # the rules still hold
        strict = provider(database, receipts, http, server.base_url, passes_unjudged=False)
        with pytest.raises(ModerationUnavailable):
            await strict.judge(text("Hello"))
    assert _unmoderated() == before + 2
    assert "stop" not in {end.outcome for end in receipts.ends.values()}
    assert len(receipts.ends) == 2


async def test_an_endpoint_that_is_down_is_left_alone(
    database: Database, server: ModerationServer, receipts: RecordedReceipts
) -> None:
    """After three failures nobody waits for it, and each text is still told of."""
    server.status, server.body = 500, {}
    before = _unmoderated()
    async with Http() as http:
        lenient = provider(database, receipts, http, server.base_url)
        for _ in range(6):
            assert await lenient.judge(text("Hello")) is None
    assert len(server.received) == 3
    assert _unmoderated() == before + 6


async def test_an_answer_without_flagged_is_understood(
    asking: ProviderModeration, server: ModerationServer
) -> None:
    """Mistral's has categories alone; OpenAI's `flagged` without one counts too."""
    server.body = {"results": [{"categories": {"pii": True, "health": False}}]}
    refusal = await asking.judge(text("Hello"))
    assert refusal is not None
    assert refusal.category == "pii"
    server.body = {"results": [{"flagged": True, "categories": {"pii": False}}]}
    assert await asking.judge(text("Hello")) is not None


def _unmoderated() -> float:
    return float(metrics.UNMODERATED.labels("judge")._value.get())
