"""The simulation of scale: it reads the measures that there are, and docs/scale.md shows it.

Exercises benchmarks/scale.py.
"""

import pytest

from benchmarks.scale import PAGE, PEOPLE, Assumed, Measured, measured, sized, table

COST = Measured(chat_ms=10.0, turn_ms=5.0, token_us=20.0, valkey_us=4.0)


def test_it_grows_as_it_can_be_reckoned_by_hand() -> None:
    """86,400 people who ask once a day at no peak are one answer a second."""
    given = Assumed(answers_a_day=1, peak=1, busy=1.0, tokens_an_answer=100, seconds_an_answer=10)
    one = sized(86_400, COST, given)
    assert one.answers_a_second == pytest.approx(1.0)
    assert one.streams == 10
    assert (one.processes, one.primaries, one.valkey_shards) == (2, 1, 1)
    assert one.bottlenecks == ("a second process: VALKEY_URL",)
    many = sized(86_400_000, COST, given)
    assert many.processes == 12  # 1,000 answers of 10 ms and 100 tokens of 20 µs
    assert not any(
        "cap" in bottleneck for bottleneck in many.bottlenecks
    )  # 16 rows of 200 a second
    more = sized(345_600_000, COST, given)
    assert any("cap's 16 rows" in bottleneck for bottleneck in more.bottlenecks)


def test_the_pages_measures_are_found() -> None:
    """A row that is renamed fails here."""
    cost = measured(PAGE.read_text("utf-8"))
    assert 1 < cost.chat_ms < 100
    assert 1 < cost.token_us < 200
    with pytest.raises(ValueError, match="no row"):
        measured("nothing")


def test_the_document_shows_what_is_printed() -> None:
    """Run `python -m benchmarks.scale` and put its table into docs/scale.md."""
    page = PAGE.read_text("utf-8")
    assert table(page, Assumed()) in (PAGE.parent / "scale.md").read_text("utf-8")
    assert len(PEOPLE) == 4
