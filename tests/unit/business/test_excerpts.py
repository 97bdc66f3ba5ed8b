"""Which parts of the owner's files go into a request.

Exercises backend/business/excerpts.py.
"""

from hypothesis import given
from hypothesis import strategies as st

from backend.business import choose_excerpts

FILLER = "\n".join(f"Paragraph {number} speaks of nothing in particular." for number in range(900))
BREAD = "Rye bread is baked on Tuesdays and costs five euros."
PARCELS = "包裹在三个工作日内送达。"


def test_what_is_little_goes_whole() -> None:
    """Nothing is cut or put in another order."""
    assert choose_excerpts(["One.", "", "Two."], "anything", 100) == ["One.", "Two."]


def test_the_best_passages_of_what_is_much() -> None:
    """The passage that shares the question's words is among them, from whichever file, and in its
    place; in a script without spaces too."""
    texts = [FILLER, f"{FILLER}\n{BREAD}\n{FILLER}", f"{FILLER}\n{PARCELS}"]
    chosen = choose_excerpts(texts, "When do you bake RYE bread?", 2_000)
    assert any(BREAD in one for one in chosen)
    assert sum(map(len, chosen)) <= 2_000
    assert any(PARCELS in one for one in choose_excerpts(texts, "包裹什么时候到？", 2_000))


@given(
    st.lists(st.text(alphabet="ab \n木", max_size=3_000), max_size=4),
    st.text(max_size=60),
    st.integers(0, 2_000),
)
def test_never_more_than_there_is_room_for(texts: list[str], question: str, room: int) -> None:
    """Whatever the texts are, and nothing that is not in them."""
    chosen = choose_excerpts(texts, question, room)
    assert sum(map(len, chosen)) <= room
    for one in chosen:
        for line in one.splitlines():
            assert any(line in text for text in texts)
