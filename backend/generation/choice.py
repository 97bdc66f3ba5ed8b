"""Which model is asked: the one that was chosen, and those that may stand in for it."""

from collections.abc import Iterable

from backend.errors import ModelUnknown, NoModelFits
from backend.generation.ports import Models
from backend.llm import Model

_CLASSES = ("free", "low", "medium", "high")


def choose(
    models: Models, allowed: frozenset[str], *, wanted: str | None, preferred: str | None
) -> tuple[Model, ...]:
    """The model to ask first, then its stand-ins, dearest first, none dearer than it.

    `allowed` are the price classes of the person's plan. A model that was `wanted` in so many
    words is kept even outside them, so that the refusal names the plan, not the model.

    Raises:
        ModelUnknown: there is no model of that id here now.
        NoModelFits: no model at all may be used.
    """
    if wanted is not None:
        first = models.find(wanted)
        if first is None:
            raise ModelUnknown(model=wanted)
    else:
        first = _first_allowed(models, allowed, preferred)
    others = (m for m in models.active if m.id != first.id and m.price_class in allowed)
    return (first, *_no_dearer(first, others))


def cheapest(models: Models, allowed: frozenset[str]) -> Model | None:
    """The cheapest model of the plan that can write a title."""
    usable = [m for m in models.active if m.price_class in allowed and not m.simulated]
    if not usable:
        usable = [m for m in models.active if m.price_class in allowed]
    return min(usable, key=_price, default=None)


def _first_allowed(models: Models, allowed: frozenset[str], preferred: str | None) -> Model:
    candidates = [models.find(preferred)] if preferred is not None else []
    for model in (*candidates, models.default, *models.active):
        if model is not None and model.price_class in allowed:
            return model
    raise NoModelFits(need="plan")


def _no_dearer(first: Model, others: Iterable[Model]) -> list[Model]:
    limit = _CLASSES.index(first.price_class)
    fitting = [m for m in others if _CLASSES.index(m.price_class) <= limit and not m.simulated]
    return sorted(fitting, key=lambda m: -_CLASSES.index(m.price_class))


def _price(model: Model) -> tuple[int, int]:
    return _CLASSES.index(model.price_class), model.input_price + model.output_price
