"""Answers of the small local model that go round in circles.

Exercises backend/llm/local/circles.py.
"""

import random
from collections.abc import AsyncGenerator, Sequence

from backend.llm import Done, Event, Text
from backend.llm.local.circles import ended_in_circles

STANZAS = (
    "The ocean is the soul of life, The soul of the soul of the sea, The soul of the soul, The "
    "soul of the soul...\n\nThe ocean is the soul, The soul is the soul, The soul is the soul. "
    "The soul is the soul...\n\n"
)
"""What the model went on with when it was asked for a poem about the sea."""


async def said(text: str) -> list[Event]:
    """The events of an answer that comes in small pieces, as the local model's do."""

    async def stream() -> AsyncGenerator[Sequence[Event], None]:
        for at in range(0, len(text), 5):
            yield (Text(text[at : at + 5]),)
        yield (Done("length"),)

    return [event async for batch in ended_in_circles(stream()) for event in batch]


def text_of(events: list[Event]) -> str:
    """What a person reads."""
    return "".join(event.text for event in events if isinstance(event, Text))


async def test_a_circle_ends_the_answer() -> None:
    """Two stanzas in turn are ended after the third time, a line much sooner. The answer is done:
    nothing new would come."""
    events = await said("A poem.\n\n" + STANZAS * 20)
    assert events[-1] == Done("stop")
    assert len(text_of(events)) < 4 * len(STANZAS)
    events = await said("Abe aria, aria of the sea,\n" * 50)
    assert events[-1] == Done("stop")
    assert len(text_of(events)) < 300


async def test_what_repeats_itself_for_a_reason_goes_on() -> None:
    """Dashes of a table, a laugh, a refrain between stanzas, a list of similar lines."""
    verses = "".join(f"Verse {n} has its own words.\nRow, row your boat.\n" for n in range(9))
    for text in (
        "| --- | --- | --- | --- | --- | --- |\n",
        "Ha ha ha ha ha ha ha ha! " + "That is funny, and I can say why.",
        verses,
        "".join(f"{n}. Item number {n} is the one after item {n - 1}.\n" for n in range(40)),
    ):
        events = await said(text)
        assert events[-1] == Done("length")
        assert text_of(events) == text


async def test_few_words_in_ever_new_orders_are_a_circle() -> None:
    """What the model said of the light in Lisbon; no line is like the last three."""
    words = ["Estebada,", "Estete...", "Esteté,", "Este,", "Estetes.", "Estébada"]
    order = random.Random(1)
    events = await said("The light. " + " ".join(order.choice(words) for _ in range(400)))
    assert events[-1] == Done("stop")
    assert len(text_of(events).split()) < 140


async def test_a_table_of_few_words_is_none() -> None:
    """Lines of a table share their words, and its bars and dashes are no words."""
    rows = "".join(
        f"| {day} | yes | no | {day * 7} |\n| --- | --- | --- | --- |\n" for day in range(60)
    )
    assert (await said(rows))[-1] == Done("length")
