"""The step at a provider: one answer with search, and what its headers say of retention."""

from collections.abc import Sequence
from typing import Final

from backend.citations import Citation
from backend.errors import TanyaError
from backend.llm import (
    ChatRequest,
    Event,
    Model,
    ModelRoom,
    PromptTurn,
    Retention,
    Search,
    Sent,
    Text,
    TextPart,
    ToolActivity,
    Usage,
)
from backend.nursery import Nursery
from backend.prove.parts import NotProven, Skipped
from backend.prove.report import ProofLine

QUESTION: Final = "Search the web for today's headline about astronomy; one sentence, with source."
MOST_TOKENS: Final = 600
WITH_SEARCH: Final = "search"


class KeptAttempt:
    """A recorder of the one attempt and of what the provider said about retention."""

    def __init__(self) -> None:
        self.sent: Sent | None = None
        self.retention: Retention | None = None
        self.outcome = ""

    async def before_send(self, sent: Sent, request: ChatRequest) -> None:
        """See SendRecorder."""
        self.sent = sent

    def attempt_ended(self, outcome: str, usage: Usage | None, retention: Retention | None) -> None:
        """See SendRecorder."""
        self.outcome, self.retention = outcome, retention


def searching_model(models: ModelRoom) -> Model:
    """The first that can search and has a key: Grok where xAI's is set.

    Raises:
        Skipped: none can.
    """
    able = [one for one in models.active if WITH_SEARCH in one.capabilities and not one.fails]
    if not able:
        raise Skipped("no model here can search: set XAI_API_KEY")
    return able[0]


async def answer_step(models: ModelRoom) -> list[ProofLine]:
    """Ask once, and report what was seen: the answer, its search, its retention."""
    model, kept, seen = searching_model(models), KeptAttempt(), list[Event]()
    question = PromptTurn("user", (TextPart(QUESTION),))
    request = ChatRequest(
        model=model,
        system="You are Tanya.",
        turns=(question,),
        max_output_tokens=MOST_TOKENS,
        search=Search(max_uses=2),
    )
    async with Nursery() as nursery:
        await models.start(nursery)
        try:
            async for batch in models.router.stream(request, [model], None, kept):
                seen += batch
        except TanyaError as error:
            raise NotProven(f"{model.name} did not answer ({error.code})") from None
        finally:
            await models.close()
    return [_answer(model, seen, kept), _search(seen), _retention(kept.retention)]


def _answer(model: Model, seen: Sequence[Event], kept: KeptAttempt) -> ProofLine:
    letters = sum(len(one.text) for one in seen if isinstance(one, Text))
    usage = [one for one in seen if isinstance(one, Usage)]
    if not letters or kept.outcome != "stop" or kept.sent is None:
        raise NotProven(f"{model.name} ended with {kept.outcome or 'nothing'}")
    facts: dict[str, str | int] = {"model": model.wire_name, "letters": letters}
    if usage:
        facts["input tokens"] = usage[-1].input_tokens
        facts["output tokens"] = usage[-1].output_tokens
        if usage[-1].cost_micro_dollars is not None:
            facts["micro-dollars"] = usage[-1].cost_micro_dollars
    facts["sent sha256"] = kept.sent.body_sha256[:16]
    return ProofLine(
        "answer", "proven", "the key is accepted, and the stream was read to its end", facts
    )


def _search(seen: Sequence[Event]) -> ProofLine:
    calls = sum(isinstance(one, ToolActivity) and one.state == "completed" for one in seen)
    sources = sum(isinstance(one, Citation) for one in seen)
    if not calls and not sources:
        return ProofLine("search", "failed", "the answer came without a search or a source")
    facts: dict[str, str | int] = {"searches": calls, "sources": sources}
    return ProofLine("search", "proven", "the provider searched, and its sources were read", facts)


def _retention(told: Retention | None) -> ProofLine:
    if told is None or told.zero_data_retention is None:
        return ProofLine("retention", "skipped", "the provider's answer says nothing of keeping it")
    kept = "keeps nothing" if told.zero_data_retention else "keeps it, as by its own terms"
    return ProofLine("retention", "proven", f"by its header, the provider {kept}")
