"""Which models may answer: the one chosen first, and who may stand in for it."""

from collections.abc import Sequence

import pytest

from backend.errors import (
    ConsentNeeded,
    ImagesNotAvailable,
    ModelCannotRead,
    ModelCannotSearch,
    ModelCannotSee,
    NoModelFits,
    TanyaError,
)
from backend.generation.request.model_choice import (
    cheapest_model,
    choose_models,
    choose_painter,
    here_or_none,
)
from backend.llm import Model
from tests.fixtures.generation import model

FREE = model("free", price_class="free")
LOW = model("low", price_class="low")
MEDIUM = model("medium", price_class="medium")
HIGH = model("high", price_class="high")
OTHERS = model("elsewhere", price_class="low", provider="elsewhere")
PLAYED = model("played", price_class="low", simulated=True)
ALL = frozenset({"free", "low", "medium", "high"})
FAKE = frozenset({"fake"})


class Offered:
    """Models that are all active, the first one the default."""

    def __init__(self, *models: Model) -> None:
        self.active: Sequence[Model] = models

    @property
    def default(self) -> Model:
        """See OfferedModels."""
        return self.active[0]

    def find(self, model_id: str) -> Model | None:
        """See OfferedModels."""
        return next((one for one in self.active if one.id == model_id), None)


EVERYTHING = Offered(HIGH, FREE, MEDIUM, LOW, OTHERS, PLAYED)


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        ("free", ["free"]),
        ("low", ["low", "free"]),
        ("medium", ["medium", "low", "free"]),
        ("high", ["high", "medium", "low", "free"]),
    ],
)
def test_no_dearer_model_stands_in(wanted: str, order: list[str]) -> None:
    """Whoever asks a cheap model never uses up more than that; the nearest in price is next. A
    provider that was not agreed to and a simulation never stand in."""
    chosen = choose_models(EVERYTHING, ALL, wanted=wanted, preferred=None, agreed=FAKE)
    assert [one.id for one in chosen] == order


def test_stand_ins_are_of_the_plan() -> None:
    """A model wanted outside the plan is kept, so that the refusal names the plan; its stand-ins
    are the plan's."""
    chosen = choose_models(
        EVERYTHING, frozenset({"free", "low"}), wanted="high", preferred=None, agreed=FAKE
    )
    assert [one.id for one in chosen] == ["high", "low", "free"]


def test_the_preferred_model_gives_way_to_the_plan() -> None:
    """A preference outside the plan, or for a model that is gone, is passed over."""
    for preferred in ("high", "gone"):
        chosen = choose_models(
            EVERYTHING, frozenset({"low"}), wanted=None, preferred=preferred, agreed=FAKE
        )
        assert chosen[0] is LOW
    chosen = choose_models(EVERYTHING, ALL, wanted=None, preferred="medium", agreed=FAKE)
    assert chosen[0] is MEDIUM


def test_nothing_is_asked_without_consent() -> None:
    """The first model's provider must have been agreed to; none at all is another refusal."""
    with pytest.raises(ConsentNeeded):
        choose_models(EVERYTHING, ALL, wanted="elsewhere", preferred=None, agreed=FAKE)
    with pytest.raises(NoModelFits):
        choose_models(EVERYTHING, frozenset(), wanted=None, preferred=None, agreed=FAKE)


def test_titles_are_written_by_the_cheapest() -> None:
    """Of the plan's models agreed to; a simulated one only where there is no other."""
    assert cheapest_model(EVERYTHING, frozenset({"medium", "low"}), FAKE) is LOW
    assert cheapest_model(Offered(PLAYED), ALL, FAKE) is PLAYED
    assert cheapest_model(EVERYTHING, ALL, frozenset()) is None
    for more, less in (((3, 1), (1, 2)), ((5, 0), (2, 2))):
        dear = model("dear", input_price=more[0], output_price=more[1])
        cheap = model("cheap", input_price=less[0], output_price=less[1])
        assert cheapest_model(Offered(dear, cheap), ALL, FAKE) is cheap


def test_a_model_that_can_is_asked_before_the_default_that_cannot() -> None:
    """What is needed decides before what is preferred; having more than that is no hindrance."""
    sees = model("sees", price_class="low", capabilities=frozenset({"vision", "search"}))
    needs = frozenset({"vision"})
    (first,) = choose_models(
        Offered(LOW, sees), ALL, wanted=None, preferred=LOW.id, needs=needs, agreed=FAKE
    )
    assert first is sees


@pytest.mark.parametrize(("preferred", "named"), [(None, HIGH.name), (LOW.id, LOW.name)])
def test_the_refusal_names_the_model_that_would_have_answered(
    preferred: str | None, named: str
) -> None:
    """When none can see, the one that the person would have been given says so."""
    needs = frozenset({"vision"})
    with pytest.raises(ModelCannotSee) as caught:
        choose_models(EVERYTHING, ALL, wanted=None, preferred=preferred, needs=needs, agreed=FAKE)
    assert caught.value.details["model"] == named


def test_a_model_of_the_same_class_stands_in() -> None:
    """No dearer means as dear or cheaper."""
    twin = model("twin", price_class="low")
    chosen = choose_models(Offered(LOW, twin), ALL, wanted="low", preferred=None, agreed=FAKE)
    assert chosen == (LOW, twin)


@pytest.mark.parametrize(
    ("need", "refusal"),
    [("vision", ModelCannotSee), ("search", ModelCannotSearch), ("audio", ModelCannotRead)],
)
def test_a_wanted_model_says_what_it_lacks(need: str, refusal: type[TanyaError]) -> None:
    """Each capability has a refusal of its own, and a model that has it is not refused."""
    with pytest.raises(refusal):
        choose_models(
            Offered(LOW), ALL, wanted="low", preferred=None, needs=frozenset({need}), agreed=FAKE
        )
    able = model("able", capabilities=frozenset({need}))
    needs = frozenset({need})
    chosen = choose_models(
        Offered(able), ALL, wanted="able", preferred=None, needs=needs, agreed=FAKE
    )
    assert chosen == (able,)


def test_the_first_fitting_model_paints() -> None:
    """A real one before a simulated one; the one wanted also outside the plan; else none."""
    painters = (PLAYED, LOW, model("second", price_class="low"), HIGH)
    assert choose_painter(painters, frozenset({"low"}), None) == (LOW,)
    assert choose_painter(painters, frozenset({"low"}), "high") == (HIGH,)
    with pytest.raises(ImagesNotAvailable):
        choose_painter(painters, frozenset({"medium"}), None)


def test_only_a_preference_for_this_server_counts_here() -> None:
    """Where words must stay, another provider's model is not preferred, nor one that is gone."""
    here = model("here", provider="local")
    models = Offered(LOW, here)
    assert here_or_none(models, "here") == "here"
    assert [here_or_none(models, one) for one in ("low", "gone", None)] == [None] * 3
